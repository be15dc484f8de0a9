"""What all tests share: the engines that the tests bring up, real ones and a fake one."""

pytest_plugins = ["tests.engines.fixtures", "tests.fakes.fixtures", "tests.faults.figures"]
