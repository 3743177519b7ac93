"""The Chinook data set: a music shop's catalogue, staff, customers and four years of orders.

A file walks down this list into the database. Nothing is asked of the database before all of the
file has been found good:

```
file.py       the JSON text, and where it is broken
tables.py     what goes where: eleven tables of the file, and the shop's for each
rows.py       the rows of each table with their keys and references       value.py  one value of a row
books.py      what holds between rows: totals of orders, managers of staff
loading.py    into the database, in one transaction
```
"""
