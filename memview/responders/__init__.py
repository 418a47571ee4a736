"""Who answers a `run`: an extractive responder that needs no model, or any OpenAI-compatible endpoint."""
