/** An image's reference by digest; a tag before it is allowed. Grammar: https://github.com/distribution/reference */
export const DIGEST_REFERENCE =
  /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?@sha256:[0-9a-f]{64}$/;

/**
 * Says what is wrong with a container image's reference; an empty list means that it names its content by digest.
 * Grammar: https://github.com/distribution/reference
 *
 * @param field what to call the value in the message
 * @param image reference to judge, for example `registry.example.com/web@sha256:…`; a tag before the digest is allowed
 */
export function imageProblems(field: string, image: string): string[] {
  if (DIGEST_REFERENCE.test(image)) return [];
  return [`${field} is '${image}': expected an image by digest, <repository>@sha256:<64 hexadecimal digits>`];
}
