"""Reads and writes measured side by side: taskbound, what people write today, and what they write by hand.

`make bench` runs it. The map:

```
__main__.py     the command                     choice.py       what is to be measured, and how long
models.py       the tables                      seed.py         what is in them
reads.py        each read, and which rows       dtos/           what is read and written, once a library
contenders/     one file a way to read          servers.py      where the databases come from
rounds.py       turns, and times                agreement.py    whether all give the same answer
writes.py       each write, and for which keys  writers/        one file a way to write
writable.py     the database that is written to outcome.py      whether all leave the same rows
writing.py      the writes, compared and timed  cores.py        who works on which core
streaming.py    memory of very many rows read   loading.py      and of very many rows written
memory.py       a child for each of both        pooling.py      many tasks on a small pool
web/            the shop under load             usual_shop/     the shop as everyone writes it
costs.py        what taskbound costs            figures.py      what is to be reached, and what was
results.py      what was found                  table.py        the same as text
picture.py      the same as docs/bench.svg
```
"""
