"""`make lite`: the exercises in the reader's own browser, with JupyterLite and Pyodide."""
