/// The version of everything built from this repository.
package enum KezVersion {
    /// Semantic version, as health, discovery and `kez --version` tell it.
    package static let current = "0.1.0"
}
