"""How regular expressions behave: as automata, and how long they may take."""
