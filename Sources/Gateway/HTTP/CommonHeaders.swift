import HTTPTypes

/// Header fields of every answer.
enum CommonHeaders {
    static func all(requestID: String, on listener: Listener) -> [(HTTPField.Name, String)] {
        var fields: [(HTTPField.Name, String)] = [(.requestID, requestID), (.xContentTypeOptions, "nosniff")]
        // The internal listener believes whoever reaches it: pages in an operator's browser must not read it.
        if listener != .internal {
            fields += [(.allowOrigin, "*"), (.exposeHeaders, "X-Request-Id, Retry-After")]
        }
        return fields
    }

    /// What a browser asks before a request of another origin.
    static func preflight(_ route: Route, on listener: Listener) -> HTTPFields {
        var fields: HTTPFields = [.allow: route.allow]
        guard listener != .internal else { return fields }
        fields[.allowMethods] = route.allow
        fields[.allowHeaders] = "X-KEZ-Auth, Content-Type, Last-Event-ID, X-Request-Id"
        fields[.corsMaxAge] = "86400"
        return fields
    }
}
