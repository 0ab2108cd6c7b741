"""Viber's REST Bot API, as https://developers.viber.com/docs/api/rest-bot-api/ describes it."""
