"""One module a paper: the frozen facts it prints, and the drawing of them."""
