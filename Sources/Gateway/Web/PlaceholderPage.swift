import KezCore

/// What a gateway without a web client shows.
enum PlaceholderPage {
    /// - Returns: one page that needs nothing else.
    static func html(server: ServerName) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>kez on \(server.text)</title>
        <style>
        :root { color-scheme: light dark; --ink: #1c1f26; --dim: #5b6472; --paper: #f6f7f9; --card: #fff; --line: #dde1e7; --mark: #2457d6 }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --dim: #9aa3b2; --paper: #14161a; --card: #1c1f25; --line: #2c313a; --mark: #8ab0ff } }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
        main { max-width: 38rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 2rem clamp(1.25rem, 5vw, 2.5rem) }
        h1 { margin: 0 0 .25rem; font-size: 1.5rem }
        p { margin: .75rem 0 } .dim { color: var(--dim) }
        code, pre { font: .9rem/1.5 ui-monospace, monospace } pre { overflow-x: auto; margin: .75rem 0; padding: .75rem 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px }
        a { color: var(--mark) }
        </style>
        </head>
        <body>
        <main>
        <h1>kez is running</h1>
        <p class="dim">This is the server of <strong>\(server.text)</strong>: end-to-end encrypted messages.</p>
        <p>There is no web client here yet. To serve one, start the gateway with the folder that holds its
        <code>index.html</code>:</p>
        <pre>kez gateway --web-dir /path/to/web</pre>
        <p>or set <code>KEZ_CHAT_WEB_DIR</code>. <code>kez up</code> takes the same option.</p>
        <p>The API works without it: <a href="/v1/healthz">/v1/healthz</a> tells how the server is,
        <a href="/v1/config">/v1/config</a> what a client needs to know.</p>
        </main>
        </body>
        </html>

        """
    }
}
