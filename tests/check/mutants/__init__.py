"""Recall of `taskbound check`: correct code of real packages with one defect put in by a script.

    python -m tests.check.mutants CORPUS [--each 14] [--seed 7] [--only TB101 TB201] [--report FILE]

CORPUS is a folder with a package's source in each of its folders. For every rule, `--each` places are drawn
(the same for the same seed) where the defect can be put in by an edit and is certain to be one. The checker
runs over the package before and after. A mutant is found where a new finding of the rule's code, or of one
that tells the same defect, stands in the function that was changed.
"""
