"""Real container engines for the tests.

An engine is installed from Debian's archive into a folder of its own (`roots`), runs in mount,
process and network namespaces of its own (`namespace`, `running`), and leaves nothing behind. It
never touches an engine, a network or an image of the machine that it runs on.
"""
