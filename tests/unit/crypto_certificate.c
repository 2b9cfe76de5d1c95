/* SPDX-License-Identifier: ISC */
/*
 * The certificate of RFC 6979's key, as `openssl x509 -text` reads it and
 * `openssl verify -check_ss_sig` finds it signed.
 */
#include "crypto/certificate.h"

#include "check.h"
#include "crypto/secret.h"

#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

static const char known[] =
    "3081e9308190020101300a06082a8648ce3d04030230003020170d3730303130"
    "313030303030305a180f39393939313233313233353935395a30003059301306"
    "072a8648ce3d020106082a8648ce3d0301070342000460fed4ba255a9d31c961"
    "eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41a"
    "e9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299300a06082a8648ce3d04"
    "03020348003045022100dcddf273456e0480acf1f9fbd90175407ce1733437db"
    "eefe22770e824695e0c202203295f790da486d3e3708bce3ac7024625e908ca1"
    "0dc99e6b50dc007744be2668";

static struct secret
scalar_of(const char *hex)
{
	struct secret scalar;
	struct buf bytes = {0};

	unhex(hex, &bytes);
	must(bytes.size == sizeof scalar.byte, "a scalar");
	memcpy(scalar.byte, bytes.data, sizeof scalar.byte);
	buf_release(&bytes);
	return scalar;
}

static void
scalars_out_of_range(void)
{
	struct secret zero = {{0}}, order = scalar_of(ORDER);
	struct certificate certificate;

	check_fails(certificate_encode(&zero, &certificate), FAIL_DATA,
	    "out of range", "a scalar of zero");
	check_fails(certificate_encode(&order, &certificate), FAIL_DATA,
	    "out of range", "the order");
}

static void
known_certificate(void)
{
	struct secret scalar = scalar_of("c9afa9d845ba75166b5c215767b1d693"
					 "4e50c3db36e89b127b8a622b120f6721");
	struct certificate certificate, again;

	must(certificate_encode(&scalar, &certificate) == 0, "encoding");
	must(certificate_encode(&scalar, &again) == 0, "encoding again");
	check(span_equal(span_of(certificate.byte, certificate.size),
		  span_of(again.byte, again.size)),
	    "it is not a function of the key");
	check(is_hex(span_of(certificate.byte, certificate.size), known),
	    "it is another certificate");
}

/* Signatures have different lengths, and so have certificates. */
static void
lengths_fit(void)
{
	struct certificate certificate;
	struct secret scalar;
	int i;

	for (i = 0; i < 64; i++) {
		random_fill(scalar.byte, sizeof scalar.byte);
		must(certificate_encode(&scalar, &certificate) == 0,
		    "encoding");
		check(certificate.byte[2] + 3U == certificate.size &&
			certificate.size >= CERTIFICATE_SIZE - 5,
		    "%zu bytes, but %u by its head", certificate.size,
		    certificate.byte[2] + 3U);
	}
}

int
main(void)
{
	scalars_out_of_range();
	known_certificate();
	lengths_fit();
	return failures != 0;
}
