"""`python -m tessera_client`: the `tessera` command."""

from tessera_client.command.main import main

if __name__ == "__main__":
    main()
