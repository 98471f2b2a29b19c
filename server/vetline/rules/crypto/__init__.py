"""What rules about cryptography share: which calls hash, encrypt, sign, and what with."""
