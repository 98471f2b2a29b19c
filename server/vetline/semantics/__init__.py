"""What names stand for, and which facts of its surroundings a block depends on."""
