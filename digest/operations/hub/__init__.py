"""Our own WebSub hub: take requests, verify them, and send feeds. See `digest.delivery.websub`."""
