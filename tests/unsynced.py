"""No test cuts the power of the machine: what dies is a process, which the kernel's cache outlives. To wait for
the disk (34 times in a test that publishes) would only leave the processor idle; ``test_store.py`` holds the
engine to asking for it."""

import os


def stop_waiting_for_the_disk() -> None:
    """From now on this process writes as ever, and does not wait until the disk has it."""
    os.fsync = lambda fd: None
