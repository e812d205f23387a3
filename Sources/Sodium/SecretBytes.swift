import CSodium

/// Secret bytes in guarded memory: kept out of swap and core dumps, zeroed when the last owner goes.
///
/// Source: libsodium, "Secure memory" (`sodium_malloc`).
@safe
package final class SecretBytes: Sendable, CustomStringConvertible {
    /// Safe to share: written only in `init`, read-only memory from then on, freed in `deinit`.
    private nonisolated(unsafe) let base: UnsafeMutablePointer<UInt8>
    package let count: Int

    /// Copies `bytes` into guarded memory. The caller's own copy stays the caller's to forget.
    package convenience init(_ bytes: [UInt8]) {
        unsafe self.init(count: bytes.count) { target in
            unsafe target.update(from: bytes, count: bytes.count)
        }
    }

    /// `count` bytes from the system's random source.
    package static func random(count: Int) -> SecretBytes {
        unsafe SecretBytes(count: count) { target in
            unsafe randombytes_buf(target, count)
        }
    }

    /// Guarded memory of `count` bytes, filled by `fill`.
    init(count: Int, fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        Library.ready()
        guard let base = unsafe sodium_malloc(max(count, 1)) else {
            preconditionFailure("no memory can be locked for a key")
        }
        unsafe self.base = base.bindMemory(to: UInt8.self, capacity: max(count, 1))
        self.count = count
        unsafe fill(self.base)
        _ = unsafe sodium_mprotect_readonly(base)
    }

    deinit {
        unsafe sodium_free(self.base)
    }

    /// Lends the bytes to `body`; they must not be kept.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: self.base, count: self.count))
    }

    /// Lends the address of the first byte to a call of libsodium.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(UnsafePointer(self.base))
    }

    /// A copy outside guarded memory, for callers that must write the secret to a file or a library.
    package func exposed() -> [UInt8] {
        unsafe self.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    package var description: String { "<\(self.count) secret bytes>" }
}
