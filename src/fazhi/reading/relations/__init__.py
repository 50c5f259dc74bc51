"""How words and figures are brought together: each module looks for the relations of one family of rules.

Each function takes a paragraph and gives findings. It first looks for any reading under which the relation holds and
accuses only where none does and the grammar names the figures.
"""
