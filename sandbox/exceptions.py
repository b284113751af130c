"""Where this pretend Stripe is knowingly less than Stripe. A test holds each list to be exact."""

# Payment method types that are refused; cards, SEPA and US bank debits are played.
_NOT_PLAYED = """
acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact
billie bizum blik boleto card_present cashapp crypto custom customer_balance eps fpx giropay
grabpay ideal interac_present kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco
naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay
revolut_pay samsung_pay satispay scalapay sequra sofort sunbit swish twint upi wechat_pay zip
"""
NOT_PLAYED = tuple(_NOT_PLAYED.split())

# Hashes that show only the keys that apply (as Stripe's own do), not every declared one as null.
ONLY_WHAT_APPLIES = (
    "balance.available[].source_types",
    "balance.pending[].source_types",
    "charge.fraud_details",
    "charge.payment_method_details",
    "charge.radar_options",
    "dispute.evidence.enhanced_evidence",
    "dispute.evidence_details.enhanced_eligibility",
    "dispute.payment_method_details",
    "event.data",
    "mandate.multi_use",
    "mandate.payment_method_details",
    "payment_intent.amount_details",
    "payment_intent.last_payment_error",
    "payment_intent.next_action",
    "payment_intent.payment_method_options",
    "payment_method.us_bank_account.status_details",
    "refund.destination_details",
    "setup_attempt.payment_method_details",
    "setup_attempt.setup_error",
    "setup_intent.last_setup_error",
    "setup_intent.next_action",
    "setup_intent.payment_method_options",
)

# Fields that are null in every answer: mostly Connect, and objects that are not here yet.
_ALWAYS_NULL = {
    "account": """
        business_type company controller external_accounts future_requirements groups individual
        metadata requirements tos_acceptance
    """,
    "balance": "connect_reserved instant_available issuing refund_and_dispute_prefunding",
    "balance_transaction": "exchange_rate",
    "card": """
        account address_city address_country address_line1_check address_line2 address_state address_zip
        address_zip_check allow_redisplay available_payout_methods currency default_for_currency
        description dynamic_last4 iin issuer networks regulated_status status tokenization_method
    """,
    "charge": """
        application application_fee application_fee_amount failure_balance_transaction level3
        on_behalf_of presentment_details receipt_number refunds review source source_transfer
        statement_descriptor transfer transfer_data
    """,
    "customer": """
        cash_balance customer_account discount invoice_credit_balance sources subscriptions tax tax_ids
        test_clock
    """,
    "customer_balance_transaction": "checkout_session credit_note customer_account invoice",
    "event": "account context",
    "mandate": "on_behalf_of single_use",
    "payment_intent": """
        application application_fee_amount customer_account hooks managed_payments on_behalf_of
        payment_details payment_method_configuration_details payment_record presentment_details
        processing review source statement_descriptor transfer_data
    """,
    "payment_method": "customer_account radar_options",
    "price": "currency_options tiers tiers_mode",
    "product": "tax_details",
    "refund": """
        customer customer_account description next_action presentment_details receipt_number
        source_transfer_reversal transfer_reversal
    """,
    "setup_attempt": "application attach_to_self customer_account flow_directions on_behalf_of",
    "setup_intent": """
        application customer_account managed_payments on_behalf_of payment_method_configuration_details
        single_use_mandate
    """,
    "webhook_endpoint": "application",
}
ALWAYS_NULL = {kind: tuple(names.split()) for kind, names in _ALWAYS_NULL.items()}

# Parameters that are checked, accepted and then without any visible effect.
_NO_EFFECT = {
    "ChargeCaptureParams": """
        application_fee application_fee_amount statement_descriptor_suffix transfer_data
    """,
    "CustomerCreateParams": "cash_balance tax tax_id_data test_clock validate",
    "CustomerCreateSourceParams": "metadata validate",
    "CustomerModifySourceParams": """
        account_holder_name account_holder_type exp_month exp_year owner
    """,
    "CustomerUpdateParams": "cash_balance tax validate",
    "PaymentIntentCaptureParams": """
        amount_details application_fee_amount final_capture hooks payment_details transfer_data
    """,
    "PaymentIntentConfirmParams": """
        amount_details amount_to_confirm hooks mandate payment_details radar_options
    """,
    "PaymentIntentCreateParams": """
        amount_details application_fee_amount customer_account hooks mandate on_behalf_of
        payment_details payment_method_configuration radar_options transfer_data
    """,
    "PaymentIntentUpdateParams": """
        amount_details application_fee_amount customer_account hooks payment_details
        payment_method_configuration transfer_data
    """,
    "PaymentMethodAttachParams": "customer_account",
    "PaymentMethodCreateParams": "customer payment_method radar_options",
    "PaymentMethodUpdateParams": "us_bank_account",
    "PriceCreateParams": "currency_options",
    "PriceUpdateParams": "currency_options",
    "ProductCreateParams": "tax_details",
    "ProductUpdateParams": "tax_details",
    "RefundCreateParams": "currency customer origin refund_application_fee reverse_transfer",
    "SetupIntentConfirmParams": "payment_method_options",
    "SetupIntentCreateParams": """
        customer_account on_behalf_of payment_method_configuration payment_method_options single_use
    """,
    "SetupIntentUpdateParams": """
        customer_account payment_method_configuration payment_method_options
    """,
    "WebhookEndpointCreateParams": "connect",
}
NO_EFFECT = {params: tuple(names.split()) for params, names in _NO_EFFECT.items()}
