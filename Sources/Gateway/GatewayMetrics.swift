import Metrics

/// What the gateway counts. Nothing names a person or an address.
enum GatewayMetrics {
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    static func answered(route: String, method: String, status: Int, took: Duration) {
        let method = self.methods.contains(method) ? method : "other"
        Counter(
            label: "kez_gateway_requests_total",
            dimensions: [("route", route), ("method", method), ("status", String(status))]
        ).increment()
        Timer(label: "kez_gateway_request_seconds", dimensions: [("route", route)])
            .recordNanoseconds(Int64(took / .nanoseconds(1)))
    }

    static func stored(isAnonymous: Bool, isDuplicate: Bool) {
        Counter(
            label: "kez_gateway_messages_total",
            dimensions: [("sender", isAnonymous ? "anonymous" : "attributed"), ("duplicate", String(isDuplicate))]
        ).increment()
    }

    static func streams(_ count: Int) { Gauge(label: "kez_gateway_streams").record(count) }
    static func tunnels(_ count: Int) { Gauge(label: "kez_gateway_tunnels").record(count) }

    /// A tunnel closed by the gateway, and why.
    static func tunnelClosed(_ reason: String) {
        Counter(label: "kez_gateway_tunnels_closed_total", dimensions: [("reason", reason)]).increment()
    }

    static func connections(_ count: Int) { Gauge(label: "kez_gateway_connections").record(count) }
    static func connectionRefused() { Counter(label: "kez_gateway_connections_refused_total").increment() }

    /// A tunnel's client was held back by a budget.
    static func tunnelPaused() { Counter(label: "kez_gateway_tunnel_pauses_total").increment() }

    static func tunnelPassed(lines: Int, bytes: Int) {
        Counter(label: "kez_gateway_tunnel_lines_total").increment(by: lines)
        Counter(label: "kez_gateway_tunnel_bytes_total").increment(by: bytes)
    }

    /// A budget was used up: of `http`, `anonymous`, `registrations` for addresses, `http_key` for keys.
    static func throttled(_ budget: String) {
        Counter(label: "kez_gateway_throttled_total", dimensions: [("budget", budget)]).increment()
    }

    static func reported(_ budget: String) {
        Counter(label: "kez_gateway_reports_total", dimensions: [("budget", budget)]).increment()
    }

    static func tunnelRefused(_ code: String) {
        Counter(label: "kez_gateway_tunnels_refused_total", dimensions: [("code", code)]).increment()
    }
}
