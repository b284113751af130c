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
    "checkout.session.payment_method_options",
    "dispute.evidence.appeal",
    "dispute.evidence.enhanced_evidence",
    "dispute.evidence_details.enhanced_eligibility",
    "dispute.payment_method_details",
    "event.data",
    "invoice.payment_settings.payment_method_options",
    "mandate.multi_use",
    "mandate.payment_method_details",
    "payment_intent.amount_details",
    "payment_intent.last_payment_error",
    "payment_intent.next_action",
    "payment_intent.payment_method_options",
    "payment_method.us_bank_account.status_details",
    "promotion_code.restrictions",
    "refund.destination_details",
    "setup_attempt.payment_method_details",
    "setup_attempt.setup_error",
    "setup_intent.last_setup_error",
    "setup_intent.next_action",
    "setup_intent.payment_method_options",
    "subscription.payment_settings.payment_method_options",
    "shipping_rate.fixed_amount",
)

# Fields that are null in every answer: mostly Connect, and objects that are not here yet.
_ALWAYS_NULL = {
    "account": """
        business_profile.url business_type company controller external_accounts future_requirements
        groups individual metadata requirements tos_acceptance
    """,
    "balance": "connect_reserved instant_available issuing refund_and_dispute_prefunding",
    "balance_settings": """
        payments.payouts.schedule.monthly_payout_days payments.payouts.schedule.weekly_payout_days
    """,
    "balance_transaction": "exchange_rate fee_details[].application",
    "bank_account": "customer future_requirements requirements",
    "billing_portal.configuration": "application",
    "billing_portal.session": """
        customer_account flow.subscription_update_confirm.discounts[].promotion_code
    """,
    "card": """
        account address_line1_check address_zip_check allow_redisplay available_payout_methods
        default_for_currency description dynamic_last4 iin issuer networks regulated_status status
        tokenization_method
    """,
    "charge": """
        application application_fee application_fee_amount failure_balance_transaction level3
        on_behalf_of outcome.advice_code outcome.network_advice_code outcome.network_decline_code
        outcome.rule payment_method_details.card.checks.address_line1_check
        payment_method_details.card.checks.address_postal_code_check
        payment_method_details.card.description
        payment_method_details.card.electronic_commerce_indicator payment_method_details.card.iin
        payment_method_details.card.installments payment_method_details.card.issuer
        payment_method_details.card.mandate payment_method_details.card.moto
        payment_method_details.card.network_transaction_id
        payment_method_details.card.setup_credential_usage
        payment_method_details.card.stored_credential_usage
        payment_method_details.card.three_d_secure.exemption_indicator
        payment_method_details.card.three_d_secure.exemption_indicator_applied
        payment_method_details.card.three_d_secure.result_reason
        payment_method_details.card.three_d_secure.transaction_id
        payment_method_details.card.transaction_link_id payment_method_details.card.wallet
        payment_method_details.sepa_debit.expected_debit_date
        payment_method_details.us_bank_account.expected_debit_date
        payment_method_details.us_bank_account.payment_reference presentment_details receipt_number
        refunds review source source_transfer transfer transfer_data
    """,
    "checkout.session": """
        automatic_tax.liability.account currency_conversion customer_account
        invoice_creation.invoice_data.issuer.account payment_method_configuration_details
        presentment_details
    """,
    "confirmation_token": """
        metadata payment_method_options.card.cvc_token
        payment_method_preview.card.checks.address_line1_check
        payment_method_preview.card.checks.address_postal_code_check
        payment_method_preview.card.description payment_method_preview.card.generated_from
        payment_method_preview.card.iin payment_method_preview.card.issuer
        payment_method_preview.card.networks.preferred payment_method_preview.card.wallet
        payment_method_preview.customer payment_method_preview.customer_account
        payment_method_preview.sepa_debit.generated_from.charge
        payment_method_preview.sepa_debit.generated_from.setup_attempt
        payment_method_preview.us_bank_account
    """,
    "credit_note": "customer_account refunds[].payment_record_refund",
    "customer": """
        cash_balance customer_account shipping.carrier shipping.tracking_number sources
        tax.location.state
    """,
    "customer_balance_transaction": "checkout_session credit_note customer_account",
    "customer_session": "customer_account",
    "discount": "customer_account",
    "dispute": """
        evidence.cancellation_policy evidence.customer_communication evidence.customer_signature
        evidence.duplicate_charge_documentation evidence.refund_policy
        evidence.service_documentation evidence.shipping_documentation
    """,
    "event": "account context request.idempotency_key",
    "file": "expires_at title",
    "invoice": """
        application automatic_tax.disabled_reason automatic_tax.liability.account
        automatic_tax.provider customer_account customer_shipping.carrier
        customer_shipping.tracking_number issuer.account last_finalization_error on_behalf_of
        shipping_details.carrier shipping_details.tracking_number threshold_reason
        total_pretax_credit_amounts[].credit_balance_transaction
    """,
    "invoice_payment": "payment.charge payment.payment_record",
    "invoiceitem": """
        customer_account frozen_fields invoicing_rules
        proration_details.credited_items.invoice_item test_clock
    """,
    "line_item": """
        parent.invoice_item_details.proration_details.credited_items
        pretax_credit_amounts[].credit_balance_transaction
    """,
    "mandate": "on_behalf_of single_use",
    "payment_intent": """
        application application_fee_amount customer_account hooks managed_payments on_behalf_of
        payment_details payment_method_configuration_details payment_record presentment_details
        processing review source transfer_data
    """,
    "payment_link": """
        application application_fee_amount application_fee_percent automatic_tax.liability.account
        invoice_creation.invoice_data.issuer.account on_behalf_of
        subscription_data.invoice_settings.issuer.account transfer_data
    """,
    "payment_method": """
        card.checks.address_line1_check card.description card.generated_from card.iin card.issuer
        card.networks.preferred card.wallet customer_account radar_options
        sepa_debit.generated_from.charge sepa_debit.generated_from.setup_attempt
        us_bank_account.financial_connections_account
    """,
    "payout": "application_fee application_fee_amount",
    "plan": "meter",
    "price": """
        currency_options.eur.custom_unit_amount.maximum
        currency_options.eur.custom_unit_amount.minimum
        currency_options.eur.custom_unit_amount.preset currency_options.gbp.custom_unit_amount
        currency_options.gbp.tiers[].flat_amount currency_options.gbp.tiers[].flat_amount_decimal
        currency_options.gbp.tiers[].up_to currency_options.usd.custom_unit_amount.maximum
        currency_options.usd.custom_unit_amount.preset currency_options.usd.tiers[].flat_amount
        currency_options.usd.tiers[].flat_amount_decimal currency_options.usd.tiers[].up_to
        recurring.meter
    """,
    "promotion_code": "customer_account",
    "quote": """
        application application_fee_amount application_fee_percent automatic_tax.liability
        automatic_tax.provider automatic_tax.status computed.recurring.total_details.breakdown
        computed.upfront.total_details.breakdown customer_account invoice_settings.issuer.account
        on_behalf_of transfer_data
    """,
    "refund": """
        customer customer_account description destination_details.card.reference next_action
        presentment_details receipt_number source_transfer_reversal transfer_reversal
    """,
    "setup_attempt": "application attach_to_self customer_account flow_directions on_behalf_of",
    "setup_intent": """
        application customer_account managed_payments on_behalf_of
        payment_method_configuration_details single_use_mandate
    """,
    "subscription": """
        application automatic_tax.disabled_reason customer_account managed_payments
        pending_update.discount pending_update.trial_end presentment_details
    """,
    "subscription_item": "billed_until current_trial",
    "subscription_schedule": """
        application customer_account default_settings.automatic_tax.disabled_reason
        phases[].automatic_tax.disabled_reason phases[].trial
    """,
    "tax_id": "customer_account owner.account owner.application owner.customer_account",
    "tax_rate": "flat_amount jurisdiction_level",
    "webhook_endpoint": "application",
}
ALWAYS_NULL = {kind: tuple(names.split()) for kind, names in _ALWAYS_NULL.items()}

# Parameters that are checked, accepted and then without any visible effect.
_NO_EFFECT = {
    "BalanceSettingsModifyParams": "payments[payouts][schedule][monthly_payout_days]",
    "ChargeCaptureParams": """
        application_fee application_fee_amount statement_descriptor_suffix transfer_data
    """,
    "ConfirmationTokenCreateParams": """
        payment_method payment_method_data[radar_options]
        payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
    """,
    "CreditNoteCreateParams": """
        lines[][unit_amount_decimal] refunds[][payment_record_refund][payment_record]
        refunds[][payment_record_refund][refund_group]
    """,
    "CreditNotePreviewLinesListParams": """
        effective_at memo metadata refunds[][payment_record_refund][payment_record]
        refunds[][payment_record_refund][refund_group]
    """,
    "CreditNotePreviewParams": """
        refunds[][payment_record_refund][payment_record]
        refunds[][payment_record_refund][refund_group]
    """,
    "CustomerCreateParams": "validate",
    "CustomerCreateSourceParams": "metadata validate",
    "CustomerListSourcesParams": "object",
    "CustomerModifySourceParams": "account_holder_name exp_month exp_year owner",
    "CustomerSessionCreateParams": "customer_account",
    "CustomerUpdateParams": "validate",
    "InvoiceAddLinesParams": """
        lines[][tax_amounts][][amount] lines[][tax_amounts][][taxable_amount]
    """,
    "InvoiceAttachPaymentParams": "payment_record",
    "InvoiceCreateParams": """
        application_fee_amount automatic_tax[liability][account] customer_account issuer[account]
        on_behalf_of payment_settings[payment_method_options][card][installments][plan][count]
        payment_settings[payment_method_options][card][installments][plan][interval]
        shipping_cost[shipping_rate_data][type] transfer_data
    """,
    "InvoiceCreatePreviewParams": """
        automatic_tax[liability][account] customer_account customer_details[tax] issuer[account]
        on_behalf_of schedule_details[pause_schedules][][pause][pause_at][timestamp]
        schedule_details[pause_schedules][][resume][resume_at][duration][interval_count]
        schedule_details[pause_schedules][][resume][resume_at][timestamp]
        schedule_details[phases][][add_invoice_items][][period][end][timestamp]
        schedule_details[phases][][add_invoice_items][][period][start][timestamp]
        schedule_details[phases][][add_invoice_items][][price_data][currency]
        schedule_details[phases][][add_invoice_items][][price_data][product]
        schedule_details[phases][][add_invoice_items][][price_data][unit_amount]
        schedule_details[phases][][add_invoice_items][][price_data][unit_amount_decimal]
        schedule_details[phases][][application_fee_percent]
        schedule_details[phases][][automatic_tax][enabled]
        schedule_details[phases][][automatic_tax][liability][account]
        schedule_details[phases][][billing_thresholds] schedule_details[phases][][currency]
        schedule_details[phases][][description]
        schedule_details[phases][][duration][interval_count]
        schedule_details[phases][][invoice_settings][issuer][account]
        schedule_details[phases][][items][][billing_thresholds]
        schedule_details[phases][][items][][plan]
        schedule_details[phases][][items][][price_data][currency]
        schedule_details[phases][][items][][price_data][product]
        schedule_details[phases][][items][][price_data][recurring][interval_count]
        schedule_details[phases][][items][][price_data][unit_amount]
        schedule_details[phases][][items][][price_data][unit_amount_decimal]
        schedule_details[phases][][on_behalf_of] schedule_details[phases][][start_date]
        schedule_details[phases][][transfer_data] subscription_details[billing_schedules][][]
        subscription_details[billing_schedules][][applies_to]
        subscription_details[billing_schedules][][bill_until][duration][interval_count]
        subscription_details[billing_schedules][][bill_until][timestamp]
        subscription_details[items][][billing_thresholds][usage_gte]
        subscription_details[items][][current_trial][trial_offer]
        subscription_details[items][][price_data][currency]
        subscription_details[items][][price_data][product]
        subscription_details[items][][price_data][recurring][interval_count]
        subscription_details[items][][price_data][unit_amount]
        subscription_details[items][][price_data][unit_amount_decimal]
        subscription_details[resume_at]
    """,
    "InvoiceItemCreateParams": "customer_account",
    "InvoiceItemUpdateParams": "invoicing_rules tax_code",
    "InvoiceLineItemUpdateParams": "tax_amounts[][amount] tax_amounts[][taxable_amount]",
    "InvoiceModifyParams": """
        automatic_tax[liability][account] issuer[account]
        payment_settings[payment_method_options][card][installments][plan][count]
        payment_settings[payment_method_options][card][installments][plan][interval]
        shipping_cost[shipping_rate_data][type] transfer_data[amount] transfer_data[destination]
    """,
    "InvoicePayParams": "forgive mandate off_session",
    "InvoicePaymentListParams": "payment[payment_record]",
    "InvoiceUpdateLinesParams": """
        lines[][tax_amounts][][amount] lines[][tax_amounts][][taxable_amount]
    """,
    "PaymentIntentCaptureParams": """
        amount_details application_fee_amount final_capture payment_details transfer_data
    """,
    "PaymentIntentConfirmParams": """
        amount_details amount_to_confirm mandate payment_details payment_method_data[radar_options]
        payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
        payment_method_options[card][three_d_secure][cryptogram]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_exemption]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_score]
        payment_method_options[card][three_d_secure][requestor_challenge_indicator]
        payment_method_options[card][three_d_secure][transaction_id] radar_options
    """,
    "PaymentIntentCreateParams": """
        amount_details application_fee_amount automatic_payment_methods[enabled] customer_account
        mandate on_behalf_of payment_details payment_method_configuration
        payment_method_data[radar_options] payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
        payment_method_options[card][three_d_secure][cryptogram]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_exemption]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_score]
        payment_method_options[card][three_d_secure][requestor_challenge_indicator]
        payment_method_options[card][three_d_secure][transaction_id] radar_options transfer_data
    """,
    "PaymentIntentUpdateParams": """
        amount_details[line_items][][discount_amount]
        amount_details[line_items][][payment_method_options]
        amount_details[line_items][][product_code] amount_details[line_items][][product_name]
        amount_details[line_items][][quantity] amount_details[line_items][][tax]
        amount_details[line_items][][unit_cost] amount_details[line_items][][unit_of_measure]
        amount_details[tax][total_tax_amount] payment_method_data[radar_options]
        payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
        payment_method_options[card][three_d_secure][cryptogram]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_exemption]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_score]
        payment_method_options[card][three_d_secure][requestor_challenge_indicator]
        payment_method_options[card][three_d_secure][transaction_id]
    """,
    "PaymentLinkCreateParams": """
        application_fee_amount application_fee_percent automatic_tax[liability][account]
        invoice_creation[invoice_data][issuer][account] on_behalf_of transfer_data
    """,
    "PaymentLinkUpdateParams": """
        application_fee_amount application_fee_percent automatic_tax[liability][account]
        invoice_creation[invoice_data][issuer][account] on_behalf_of transfer_data
    """,
    "PaymentMethodAttachParams": "customer_account",
    "PaymentMethodCreateParams": """
        card[cvc] card[exp_month] card[exp_year] card[number] customer payment_method radar_options
        us_bank_account[financial_connections_account]
    """,
    "PriceCreateParams": "transfer_lookup_key",
    "PriceUpdateParams": "transfer_lookup_key",
    "PromotionCodeCreateParams": "customer_account",
    "QuoteCreateParams": """
        application_fee_amount application_fee_percent automatic_tax[liability][account]
        customer_account invoice_settings[issuer][account] on_behalf_of transfer_data
    """,
    "QuoteModifyParams": """
        automatic_tax[liability][account] invoice_settings[issuer][account] transfer_data[amount]
        transfer_data[amount_percent] transfer_data[destination]
    """,
    "RefundCreateParams": "currency customer origin refund_application_fee reverse_transfer",
    "SetupIntentConfirmParams": """
        mandate_data[customer_acceptance][accepted_at] mandate_data[customer_acceptance][online]
        payment_method_data[billing_details] payment_method_data[metadata]
        payment_method_data[radar_options] payment_method_data[sepa_debit]
        payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
        payment_method_options[card][mandate_options][amount]
        payment_method_options[card][mandate_options][currency]
        payment_method_options[card][mandate_options][description]
        payment_method_options[card][mandate_options][end_date]
        payment_method_options[card][mandate_options][interval_count]
        payment_method_options[card][mandate_options][reference]
        payment_method_options[card][mandate_options][start_date]
        payment_method_options[card][mandate_options][supported_types]
        payment_method_options[card][moto] payment_method_options[card][three_d_secure][cryptogram]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_exemption]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_score]
        payment_method_options[card][three_d_secure][requestor_challenge_indicator]
        payment_method_options[card][three_d_secure][transaction_id]
        payment_method_options[sepa_debit]
        payment_method_options[us_bank_account][financial_connections][return_url]
        payment_method_options[us_bank_account][mandate_options]
    """,
    "SetupIntentCreateParams": """
        automatic_payment_methods[enabled] customer_account on_behalf_of
        payment_method_configuration payment_method_data[radar_options]
        payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
        payment_method_options[card][mandate_options][amount]
        payment_method_options[card][mandate_options][currency]
        payment_method_options[card][mandate_options][description]
        payment_method_options[card][mandate_options][end_date]
        payment_method_options[card][mandate_options][interval_count]
        payment_method_options[card][mandate_options][reference]
        payment_method_options[card][mandate_options][start_date]
        payment_method_options[card][mandate_options][supported_types]
        payment_method_options[card][moto] payment_method_options[card][three_d_secure][cryptogram]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_exemption]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_score]
        payment_method_options[card][three_d_secure][requestor_challenge_indicator]
        payment_method_options[card][three_d_secure][transaction_id]
        payment_method_options[sepa_debit]
        payment_method_options[us_bank_account][financial_connections][return_url]
        payment_method_options[us_bank_account][mandate_options] single_use
    """,
    "SetupIntentListParams": "attach_to_self",
    "SetupIntentUpdateParams": """
        payment_method_data[radar_options] payment_method_data[us_bank_account][account_number]
        payment_method_data[us_bank_account][financial_connections_account]
        payment_method_data[us_bank_account][routing_number]
        payment_method_options[card][mandate_options][amount]
        payment_method_options[card][mandate_options][currency]
        payment_method_options[card][mandate_options][description]
        payment_method_options[card][mandate_options][end_date]
        payment_method_options[card][mandate_options][interval_count]
        payment_method_options[card][mandate_options][reference]
        payment_method_options[card][mandate_options][start_date]
        payment_method_options[card][mandate_options][supported_types]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_exemption]
        payment_method_options[card][three_d_secure][network_options][cartes_bancaires][cb_score]
    """,
    "ShippingRateCreateParams": "type",
    "SubscriptionCreateParams": """
        billing_schedules[][] billing_schedules[][applies_to]
        billing_schedules[][bill_until][duration][interval_count]
        billing_schedules[][bill_until][timestamp] customer_account items[][current_trial]
        items[][plan] off_session
    """,
    "SubscriptionItemCreateParams": "current_trial",
    "SubscriptionItemDeleteParams": "clear_usage",
    "SubscriptionItemUpdateParams": "current_trial off_session",
    "SubscriptionResumeParams": "proration_date",
    "SubscriptionScheduleCreateParams": """
        pause_schedules[][pause][pause_at][timestamp]
        pause_schedules[][resume][resume_at][duration][interval_count]
        pause_schedules[][resume][resume_at][timestamp] phases[][items][][plan]
    """,
    "SubscriptionScheduleListParams": "scheduled",
    "SubscriptionScheduleReleaseParams": "preserve_cancel_date",
    "SubscriptionScheduleUpdateParams": """
        pause_schedules[][] pause_schedules[][pause][pause_at][timestamp]
        pause_schedules[][resume][resume_at][duration][interval_count]
        pause_schedules[][resume][resume_at][timestamp] phases[][duration][interval_count]
        phases[][items][][plan]
    """,
    "SubscriptionUpdateParams": """
        billing_schedules[][applies_to][][price] billing_schedules[][applies_to][][type]
        billing_schedules[][bill_until][duration][interval_count]
        billing_schedules[][bill_until][timestamp] items[][current_trial][trial_offer]
    """,
    "TaxIdCreateParams": "owner[account] owner[customer_account]",
    "TaxIdListParams": "owner[account] owner[customer_account]",
    "TokenCreateParams": """
        account[company][address] account[company][address_kana] account[company][address_kanji]
        account[company][administrative_address] account[company][directors_provided]
        account[company][directorship_declaration] account[company][executives_provided]
        account[company][export_license_id] account[company][export_purpose_code]
        account[company][name] account[company][name_kana] account[company][name_kanji]
        account[company][owners_provided] account[company][ownership_declaration]
        account[company][ownership_declaration_shown_and_signed] account[company][phone]
        account[company][physical_address] account[company][principal_place_of_business]
        account[company][registration_date] account[company][registration_number]
        account[company][representative_declaration] account[company][tax_id]
        account[company][tax_id_registrar] account[company][vat_id] account[company][verification]
        account[individual][address] account[individual][address_kana]
        account[individual][address_kanji] account[individual][dob] account[individual][email]
        account[individual][first_name] account[individual][first_name_kana]
        account[individual][first_name_kanji] account[individual][gender]
        account[individual][id_number] account[individual][id_number_secondary]
        account[individual][last_name] account[individual][last_name_kana]
        account[individual][last_name_kanji] account[individual][maiden_name]
        account[individual][metadata] account[individual][phone]
        account[individual][registered_address] account[individual][relationship]
        account[individual][ssn_last_4] account[individual][verification]
        account[tos_shown_and_accepted] bank_account[payment_method] customer
        person[additional_tos_acceptances] person[address] person[address_kana]
        person[address_kanji] person[dob] person[documents] person[email] person[first_name]
        person[first_name_kana] person[first_name_kanji] person[gender] person[id_number]
        person[id_number_secondary] person[last_name] person[last_name_kana]
        person[last_name_kanji] person[maiden_name] person[metadata] person[nationality]
        person[phone] person[registered_address] person[relationship] person[ssn_last_4]
        person[us_cfpb_data][ethnicity_details][ethnicity_other]
        person[us_cfpb_data][race_details][race_other] person[us_cfpb_data][self_identified_gender]
        person[verification]
    """,
    "WebhookEndpointCreateParams": "connect",
    "billing_portal.SessionCreateParams": """
        customer_account flow_data[after_completion][redirect] flow_data[subscription_cancel]
        flow_data[subscription_pause] flow_data[subscription_update]
        flow_data[subscription_update_confirm]
    """,
    "checkout.SessionCreateParams": """
        customer_account payment_intent_data[transfer_data][amount]
        payment_intent_data[transfer_data][destination] payment_method_configuration
        shipping_options[][shipping_rate_data][type]
    """,
    "checkout.SessionUpdateParams": "shipping_options[][shipping_rate_data][type]",
}
NO_EFFECT = {params: tuple(names.split()) for params, names in _NO_EFFECT.items()}

# Parameters that no call took when each was tried on it alone. Some are refused whatever they say
# (metered prices); most only want company that such a try does not give them.
_NEVER_TAKEN = {
    "BalanceSettingsModifyParams": "payments[payouts][automatic_transfer_rules_by_currency]",
    "CreditNoteCreateParams": "lines[][amount] lines[][invoice_line_item]",
    "CustomerCreateParams": "invoice_settings[default_payment_method]",
    "CustomerUpdateParams": "default_source",
    "DisputeUpdateParams": """
        evidence[cancellation_policy] evidence[customer_communication] evidence[customer_signature]
        evidence[duplicate_charge_documentation] evidence[refund_policy]
        evidence[service_documentation] evidence[shipping_documentation]
    """,
    "InvoiceAddLinesParams": "lines[][price_data][unit_amount_decimal]",
    "InvoiceCreatePreviewParams": """
        invoice_items[][discounts][][discount] invoice_items[][price_data]
    """,
    "InvoiceItemCreateParams": "price_data[unit_amount_decimal]",
    "InvoiceItemUpdateParams": "price_data",
    "InvoiceLineItemUpdateParams": "price_data pricing",
    "InvoiceUpdateLinesParams": "lines[][price_data] lines[][pricing]",
    "PaymentIntentCreateParams": "statement_descriptor",
    "PaymentIntentUpdateParams": "statement_descriptor",
    "PlanCreateParams": "meter",
    "PriceCreateParams": "recurring[meter]",
    "PriceUpdateParams": "currency_options[][tiers]",
    "ProductCreateParams": """
        default_price_data[currency_options][][tiers] default_price_data[custom_unit_amount]
    """,
    "QuoteCreateParams": """
        discounts[][promotion_code] line_items[][discounts][][promotion_code]
        line_items[][price_data]
    """,
    "QuoteModifyParams": """
        discounts[][promotion_code] invoice_settings[days_until_due] line_items[][discounts]
        line_items[][id] line_items[][price_data] line_items[][quantity] line_items[][tax_rates]
    """,
    "SetupIntentCreateParams": "confirmation_token",
    "SubscriptionCreateParams": "add_invoice_items[][price_data][unit_amount_decimal]",
    "SubscriptionItemCreateParams": "price_data[unit_amount]",
    "SubscriptionItemUpdateParams": "price_data[unit_amount]",
    "SubscriptionScheduleCreateParams": """
        phases[][add_invoice_items][][price_data][unit_amount_decimal]
        phases[][items][][price_data][unit_amount]
    """,
    "SubscriptionScheduleUpdateParams": """
        phases[][add_invoice_items][][discountable] phases[][add_invoice_items][][discounts]
        phases[][add_invoice_items][][metadata] phases[][add_invoice_items][][period]
        phases[][add_invoice_items][][price_data] phases[][add_invoice_items][][quantity]
        phases[][add_invoice_items][][tax_rates] phases[][discounts][][discount]
        phases[][discounts][][promotion_code] phases[][invoice_settings][days_until_due]
        phases[][items][][discounts][][discount] phases[][items][][discounts][][promotion_code]
        phases[][items][][price_data]
    """,
    "SubscriptionUpdateParams": """
        add_invoice_items[][price_data][unit_amount_decimal] items[][price_data][unit_amount]
    """,
    "test_helpers.ConfirmationTokenCreateParams": "payment_method_data",
}
NEVER_TAKEN = {params: tuple(names.split()) for params, names in _NEVER_TAKEN.items()}

# Calls that are not here: Connect, Issuing and other products of their own, as whole families …
_NO_FAMILY = """
account_links account_sessions accounts apple_pay application_fees apps billing climate country_specs
entitlements ephemeral_keys exchange_rates financial_connections forwarding identity
invoice_rendering_templates issuing payment_attempt_records
payment_method_configurations payment_method_domains payment_records product_catalog radar reporting
reviews sigma sources tax tax_codes terminal test_helpers/customers test_helpers/issuing
test_helpers/terminal test_helpers/treasury three_d_secure topups transfers treasury
"""
NO_FAMILY = tuple(_NO_FAMILY.split())
# … and one by one: balances in cash, features, microdeposits, charges as they were made before 2019.
NO_ROUTE = (
    "DELETE /v1/customers/<>/sources/<>",
    "DELETE /v1/products/<>/features/<>",
    "GET /v1/customers/<>/cash_balance",
    "GET /v1/customers/<>/cash_balance_transactions",
    "GET /v1/customers/<>/cash_balance_transactions/<>",
    "GET /v1/payment_intents/<>/amount_details_line_items",
    "GET /v1/products/<>/features",
    "GET /v1/products/<>/features/<>",
    "POST /v1/charges",
    "POST /v1/customers/<>/cash_balance",
    "POST /v1/customers/<>/funding_instructions",
    "POST /v1/customers/<>/sources/<>/verify",
    "POST /v1/payment_intents/<>/apply_customer_balance",
    "POST /v1/payment_intents/<>/increment_authorization",
    "POST /v1/payment_intents/<>/verify_microdeposits",
    "POST /v1/products/<>/features",
    "POST /v1/setup_intents/<>/verify_microdeposits",
    "POST /v1/test_helpers/refunds/<>/expire",
)
