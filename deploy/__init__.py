"""How Rawi is run. What is beside this file is for operators; the Python here makes what is generated (`python -m deploy.generate`)."""
