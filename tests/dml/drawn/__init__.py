"""Models and writes drawn at random: each model twice, written through taskbound and by the unit of work.

```
slots.py         a column, and what fills it where nothing is given
designs.py       what a model has                 classes.py       the same as mapped classes
operations.py    one write, and how it is given   dtos.py          its values as a DTO
statements.py    a write through taskbound        unit_of_work.py  the same by the ORM
outcome.py       what has come of it              tables.py        what is in the tables then
```
"""
