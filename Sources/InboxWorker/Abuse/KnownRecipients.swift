import KezCore

/// Keys that were registered when they were asked about. Bounded: two generations, the older of which is forgotten
/// when the younger is full, unless it was asked for meanwhile.
///
/// A released handle leaves its key known for a while: writing to somebody who has left is no abuse.
struct KnownRecipients: Sendable {
    /// The 32 bytes of a key; `Primary` itself takes seven times the memory.
    private typealias Key = SIMD4<UInt64>

    private let capacity: Int
    private var young: Set<Key> = []
    private var old: Set<Key> = []

    /// - Parameter capacity: of one generation.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    mutating func contains(_ recipient: Primary) -> Bool {
        let key = Self.key(recipient)
        if self.young.contains(key) { return true }
        guard self.old.contains(key) else { return false }
        self.insert(key)
        return true
    }

    mutating func insert(_ recipient: Primary) { self.insert(Self.key(recipient)) }

    private mutating func insert(_ key: Key) {
        if self.young.count >= self.capacity {
            self.old = self.young
            self.young.removeAll(keepingCapacity: true)
        }
        self.young.insert(key)
    }

    private static func key(_ recipient: Primary) -> Key {
        var key = Key()
        for (index, byte) in recipient.bytes.enumerated() { key[index / 8] = key[index / 8] << 8 | UInt64(byte) }
        return key
    }
}
