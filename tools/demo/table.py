"""What the tables of this folder have in common."""


def print_table(table, right=False):
    """Lines of texts, the first of them the header, so that they read well in a terminal and are Markdown; with `right`
    all columns but the first are numbers."""
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    numbers = [right and i > 0 for i in range(len(widths))]
    for number, line in enumerate(table):
        cells = [text.rjust(width) if is_right else text.ljust(width)
                 for text, width, is_right in zip(line, widths, numbers)]
        print("| " + " | ".join(cells) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 1) + (":" if is_right else "-")
                                 for width, is_right in zip(widths, numbers)) + "|")
