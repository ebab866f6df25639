"""The proxy: sockets at the edge of the pipeline. `app` is a request's way, `server` puts it together."""
