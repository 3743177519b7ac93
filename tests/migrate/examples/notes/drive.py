import runpy; runpy.run_path('notes.py', run_name='__main__')
