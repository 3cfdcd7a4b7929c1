/** The servers that are not installed, by the name of their Debian package. */
export function missingServers(): readonly { readonly package: string }[];
