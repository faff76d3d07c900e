"""All that is visible inside the sandbox, where this folder is mounted and run; it imports nothing
of ours, and its modules find each other by relative imports, whatever the folder is called there.
"""
