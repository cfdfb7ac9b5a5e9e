"""`python -m policy_engine`."""

from policy_engine.cli import main

if __name__ == "__main__":
    main()
