import HTTPTypes
import KezCore

/// Header fields that the library has no name for.
extension HTTPField.Name {
    static let requestID = Self.ours("X-Request-Id")
    static let kezAuth = Self.ours(RequestAuth.headerName)
    static let forwardedFor = Self.ours("X-Forwarded-For")
    static let forwardedProto = Self.ours("X-Forwarded-Proto")
    static let lastEventID = Self.ours("Last-Event-ID")
    static let allowOrigin = Self.ours("Access-Control-Allow-Origin")
    static let allowMethods = Self.ours("Access-Control-Allow-Methods")
    static let allowHeaders = Self.ours("Access-Control-Allow-Headers")
    static let exposeHeaders = Self.ours("Access-Control-Expose-Headers")
    static let corsMaxAge = Self.ours("Access-Control-Max-Age")
    static let frameOptions = Self.ours("X-Frame-Options")
    static let referrerPolicy = Self.ours("Referrer-Policy")
    static let openerPolicy = Self.ours("Cross-Origin-Opener-Policy")
    /// Tells nginx to pass a stream on as it comes.
    static let accelBuffering = Self.ours("X-Accel-Buffering")

    private static func ours(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("our own header names are tokens") }
        return name
    }
}
