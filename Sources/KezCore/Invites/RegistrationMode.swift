/// Who may register a handle (`--registration`); `/v1/config` announces it.
///
/// Source: protocol, sections 4 and 5.
package enum RegistrationMode: String, Hashable, Sendable, CaseIterable {
    /// Everybody; an invite is ignored.
    case open
    /// Who brings an invite that the server's key signed and nobody has used.
    case invite
    /// Nobody.
    case closed
}
