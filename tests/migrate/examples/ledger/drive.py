import runpy; runpy.run_path('ledger.py', run_name='__main__')
