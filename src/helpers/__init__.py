"""How much does each news article copy the others?"""
