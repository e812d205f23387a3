/// What happened in the registry.
///
/// Source: design, "Registry events".
package enum RegistryEventKind: String, Hashable, Sendable, CaseIterable {
    /// A handle was registered.
    case handle
    /// A handle was released.
    case release
    /// A chain got one more link.
    case chain
    case suspend
    case resume
    /// The message of an earlier event was deleted; this one carries its leaf.
    case erased
}
