"""What all tests share: the engines that the tests bring up."""

pytest_plugins = ["tests.engines.fixtures"]
