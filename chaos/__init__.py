"""``make chaos``: runs of the engine under random faults, judged by a model that shares no code with it.

``model`` knows what was asked and what may then be seen, and imports nothing of ours; ``visitor`` looks; ``wire``
stands between the runs and the platform and breaks what passes; ``child`` is a run, in a process that may be
killed; ``campaign`` draws the faults from a seed, so that the same seed draws the same ones.
"""
