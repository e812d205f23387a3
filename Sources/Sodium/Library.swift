import CSodium

/// One-time set-up of libsodium (picks CPU-specific code, opens the system's random source).
enum Library {
    /// `sodium_init` may be called from any thread and any number of times; a static makes it once.
    private static let isReady: Bool = sodium_init() >= 0

    /// Stops the process when the operating system gives no randomness: nothing here is safe then.
    static func ready() {
        precondition(self.isReady, "libsodium cannot start: the system has no random source")
    }
}

/// Bytes from the operating system's random source.
///
/// - Parameter count: how many bytes; 0 or more.
package func randomBytes(_ count: Int) -> [UInt8] {
    Library.ready()
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        if let base = buffer.baseAddress { unsafe randombytes_buf(base, count) }
        initialized = count
    }
}

/// Compares two secrets without telling by its running time where they differ.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    Library.ready()
    guard left.count == right.count else { return false }
    return unsafe sodium_memcmp(left, right, left.count) == 0
}
