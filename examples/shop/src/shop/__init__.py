"""The shop: a FastAPI service on taskbound, as a team would write it.

A request walks down this list, and its answer back up:

```
app.py          the application: routes, problems, lifespan      page/     what a browser sees at `/`
api/            one router a noun; reads by a projection, or opens the transaction to write
services/       the rules of the shop, on the session they are given; they never commit
repositories/   the reads, prepared and checked at import, and the statements, one file a noun
models/         the tables
schemas/        what goes over the wire                          problems/ RFC 9457, one file
cli/            one file a command                               seed/     believable orders
```
"""
