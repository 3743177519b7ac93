"""What a function does to the sessions it is given, and whom it waits for, seen through its calls.

`facts` are the words; `effects` says what each method of a session does; `Program` holds traces and
summaries.
"""
