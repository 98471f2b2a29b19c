"""What is insecure: one module per weakness, and Bandit's checks run block by block."""
