"""What the project's files define and import, read from their trees alone: nothing of the user's is
imported.

`facts` says what a module, class and function are; `collect` reads them from a tree; `project` resolves a
dotted name across modules; `mapped` reads columns and relationships.
"""
