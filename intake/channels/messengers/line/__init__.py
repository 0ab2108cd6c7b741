"""LINE's Messaging API (https://developers.line.biz/en/reference/messaging-api/)."""
