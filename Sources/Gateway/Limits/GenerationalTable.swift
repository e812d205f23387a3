/// A table that forgets what has not been used for longest, in constant time: two generations of half the
/// capacity each; when the young one is full it becomes the old one, and the old one is forgotten.
struct GenerationalTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let half: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    init(capacity: Int) { self.half = max(1, capacity / 2) }

    var count: Int { self.young.count + self.old.count }

    /// Reading keeps an entry young.
    subscript(key: Key) -> Value? {
        mutating get {
            if let value = self.young[key] { return value }
            guard let value = self.old.removeValue(forKey: key) else { return nil }
            self.add(value, for: key)
            return value
        }
        set {
            self.old[key] = nil
            if let newValue { self.add(newValue, for: key) } else { self.young[key] = nil }
        }
    }

    mutating func removeAll() {
        self.young = [:]
        self.old = [:]
    }

    private mutating func add(_ value: Value, for key: Key) {
        if self.young[key] == nil, self.young.count >= self.half {
            self.old = self.young
            self.young = [:]
        }
        self.young[key] = value
    }
}
