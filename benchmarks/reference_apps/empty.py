"""The empty Textual app: what any first paint costs at least."""

from textual.app import App

if __name__ == "__main__":
    App[None]().run()
