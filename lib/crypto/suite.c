/* SPDX-License-Identifier: ISC */
#include "crypto/suite.h"

#include <pthread.h>
#include <stdbool.h>

#include "crypto/ctr.h"
#include "crypto/ghash.h"

/* The processor's best, chosen once: CPUID costs 13-37 us in a VM. */
static struct {
	bool has_aes;
	const br_block_ctr_class *aes;
	br_ghash ghash;
	br_chacha20_run chacha;
	br_poly1305_run poly;
} best;

static void
choose_best(void)
{
	best.aes = ctr_fastest();
	best.ghash = ghash_fastest();
	best.has_aes = ctr_is_fast(best.aes) && best.ghash != br_ghash_ctmul64;
	best.chacha = br_chacha20_sse2_get();
	if (best.chacha == 0)
		best.chacha = br_chacha20_ct_run;
	best.poly = br_poly1305_ctmulq_get();
	if (best.poly == 0)
		best.poly = br_poly1305_ctmul_run;
}

/* The client's order decides, unless the server has no AES instructions. */
static void
set_order(br_ssl_engine_context *engine)
{
	static const uint16_t aes_first[] =
	    {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256};
	static const uint16_t aes_last[] =
	    {BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};

	if (best.has_aes) {
		br_ssl_engine_set_suites(engine, aes_first, 2);
		return;
	}
	br_ssl_engine_set_suites(engine, aes_last, 2);
	br_ssl_engine_add_flags(engine, BR_OPT_ENFORCE_SERVER_PREFERENCES);
}

static void
set_ciphers(br_ssl_engine_context *engine)
{
	br_ssl_engine_set_aes_ctr(engine, best.aes);
	br_ssl_engine_set_ghash(engine, best.ghash);
	br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable,
	    &br_sslrec_out_gcm_vtable);
	br_ssl_engine_set_chacha20(engine, best.chacha);
	br_ssl_engine_set_poly1305(engine, best.poly);
	br_ssl_engine_set_chapol(engine, &br_sslrec_in_chapol_vtable,
	    &br_sslrec_out_chapol_vtable);
}

void
suite_set(br_ssl_engine_context *engine)
{
	static pthread_once_t chosen = PTHREAD_ONCE_INIT;

	pthread_once(&chosen, choose_best);
	br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
	br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
	set_order(engine);
	set_ciphers(engine);
	br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
	br_ssl_engine_set_ec(engine, &br_ec_p256_m31);
	br_ssl_engine_set_ecdsa(engine, br_ecdsa_i31_vrfy_asn1);
}
