//! Tables as diesel sees them. `tests/it/migrations.rs` holds this file against the migrated database on both engines.

diesel::table! {
    clinic (id) {
        id -> BigInt,
        name -> Text,
        tagline -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        currency -> Text,
        language -> Text,
        accent_color -> Text,
        cancel_notice_minutes -> Integer,
        cancel_policy -> Text,
        row_version -> BigInt,
        lead_minutes -> Integer,
        move_notice_minutes -> Integer,
        moves_max -> Integer,
        offer_minutes -> Integer,
        short_notice_offer_minutes -> Integer,
        logo -> Nullable<Text>,
        languages -> Text,
        providers_see -> Text,
        second_factor -> Text,
        setup_step -> Text,
        setup_hours -> Text,
        lost_after_months -> Integer,
        discount_basis_points -> Integer,
    }
}

diesel::table! {
    instance_keys (name) {
        name -> Text,
        sealed -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    change_counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    calendar_changes (id) {
        id -> BigInt,
        location_id -> BigInt,
        local_day -> Date,
    }
}

diesel::table! {
    locations (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        zone -> Text,
        street -> Text,
        postal_code -> Text,
        city -> Text,
        region -> Text,
        country -> Text,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        directions -> Text,
        position -> Integer,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
        lead_minutes -> Nullable<Integer>,
        move_notice_minutes -> Nullable<Integer>,
        cancel_notice_minutes -> Nullable<Integer>,
        moves_max -> Nullable<Integer>,
        cancel_policy -> Nullable<Text>,
    }
}

diesel::table! {
    closures (id) {
        id -> BigInt,
        location_id -> Nullable<BigInt>,
        first_day -> Date,
        last_day -> Date,
        name -> Text,
    }
}

diesel::table! {
    rooms (id) {
        id -> BigInt,
        location_id -> BigInt,
        name -> Text,
        kind -> Text,
        position -> Integer,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
    }
}

diesel::table! {
    providers (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        title -> Text,
        bio -> Text,
        photo -> Nullable<Text>,
        languages -> Text,
        color -> Text,
        email -> Nullable<Text>,
        leaves_on -> Nullable<Date>,
        position -> Integer,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
    }
}

diesel::table! {
    weekly_hours (id) {
        id -> BigInt,
        provider_id -> BigInt,
        location_id -> BigInt,
        kind -> Text,
        weekday -> Integer,
        starts_minute -> Integer,
        ends_minute -> Integer,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    hour_exceptions (id) {
        id -> BigInt,
        provider_id -> BigInt,
        location_id -> BigInt,
        day -> Date,
        starts_minute -> Nullable<Integer>,
        ends_minute -> Nullable<Integer>,
        note -> Text,
    }
}

diesel::table! {
    time_off (id) {
        id -> BigInt,
        provider_id -> BigInt,
        first_day -> Date,
        last_day -> Date,
        starts_minute -> Nullable<Integer>,
        ends_minute -> Nullable<Integer>,
        status -> Text,
        reason -> Text,
        requested_by -> Nullable<BigInt>,
        requested_at -> Nullable<Timestamp>,
        answer -> Text,
    }
}

diesel::table! {
    services (id) {
        id -> BigInt,
        slug -> Text,
        category -> Text,
        name -> Text,
        description -> Text,
        duration_minutes -> Integer,
        buffer_before_minutes -> Integer,
        buffer_after_minutes -> Integer,
        price_minor -> BigInt,
        extra_person_minor -> BigInt,
        capacity -> Integer,
        party_min -> Integer,
        party_max -> Integer,
        room_kind -> Nullable<Text>,
        horizon_days -> Integer,
        slot_minutes -> Integer,
        cancel_notice_minutes -> Nullable<Integer>,
        recall_interval -> Nullable<Text>,
        online -> Bool,
        needs_approval -> Bool,
        position -> Integer,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
        lead_minutes -> Nullable<Integer>,
        move_notice_minutes -> Nullable<Integer>,
        moves_max -> Nullable<Integer>,
        cancel_policy -> Nullable<Text>,
        client_series -> Bool,
        waitlist -> Bool,
        tax_basis_points -> Integer,
        margin_basis_points -> Integer,
    }
}

diesel::table! {
    service_providers (service_id, provider_id) {
        service_id -> BigInt,
        provider_id -> BigInt,
        price_minor -> Nullable<BigInt>,
        duration_minutes -> Nullable<Integer>,
    }
}

diesel::table! {
    households (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    clients (id) {
        id -> BigInt,
        first_name -> Text,
        last_name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        email_key -> Nullable<Text>,
        phone_key -> Nullable<Text>,
        name_key -> Text,
        language -> Text,
        zone -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        household_id -> Nullable<BigInt>,
        guardian_id -> Nullable<BigInt>,
        payer_id -> Nullable<BigInt>,
        source -> Nullable<Text>,
        standing -> Text,
        merged_into_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
        erased_at -> Nullable<Timestamp>,
        erased_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    client_words (client_id, word) {
        client_id -> BigInt,
        word -> Text,
    }
}

diesel::table! {
    possible_duplicates (client_id, other_id) {
        client_id -> BigInt,
        other_id -> BigInt,
        reason -> Text,
        created_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    acquisition_costs (source, month) {
        source -> Text,
        month -> Date,
        amount_minor -> BigInt,
        currency -> Text,
    }
}

diesel::table! {
    appointments (id) {
        id -> BigInt,
        location_id -> BigInt,
        service_id -> BigInt,
        provider_id -> BigInt,
        room_id -> Nullable<BigInt>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        local_start -> Timestamp,
        zone -> Text,
        zone_version -> Text,
        capacity -> Integer,
        released_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        row_version -> BigInt,
        overbooked -> Integer,
    }
}

diesel::table! {
    occupations (id) {
        id -> BigInt,
        appointment_id -> Nullable<BigInt>,
        resource_id -> BigInt,
        resource_kind -> Text,
        lane -> Integer,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        held_until -> Nullable<Timestamp>,
        block_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    holds (id) {
        id -> BigInt,
        appointment_id -> BigInt,
        party -> Integer,
        visitor_key -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_how -> Nullable<Text>,
    }
}

diesel::table! {
    bookings (id) {
        id -> BigInt,
        reference -> Text,
        appointment_id -> BigInt,
        client_id -> BigInt,
        visit_group_id -> Nullable<BigInt>,
        status -> Text,
        party -> Integer,
        service_name -> Text,
        duration_minutes -> Integer,
        price_minor -> BigInt,
        tax_basis_points -> Integer,
        currency -> Text,
        cancel_notice_minutes -> Integer,
        cancel_policy -> Text,
        language -> Text,
        source -> Nullable<Text>,
        note -> Text,
        schedule_version -> Integer,
        link_generation -> Integer,
        row_version -> BigInt,
        created_at -> Timestamp,
        created_by -> Text,
        client_confirmed_at -> Nullable<Timestamp>,
        completed_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
        ended_reason -> Nullable<Text>,
        late_cancellation -> Bool,
        move_notice_minutes -> Integer,
        moves_max -> Integer,
        moves -> Integer,
        visit_position -> Integer,
        series_id -> Nullable<BigInt>,
        series_slot -> Nullable<Timestamp>,
        told_version -> Integer,
        ended_reason_code -> Nullable<Text>,
        offer_other_times -> Bool,
        arrived_at -> Nullable<Timestamp>,
        started_at -> Nullable<Timestamp>,
        missed_at -> Nullable<Timestamp>,
        client_untold_version -> Nullable<Integer>,
    }
}

diesel::table! {
    seats (appointment_id, seat_no) {
        appointment_id -> BigInt,
        seat_no -> Integer,
        booking_id -> Nullable<BigInt>,
        hold_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    booking_events (id) {
        id -> BigInt,
        booking_id -> BigInt,
        at -> Timestamp,
        actor -> Text,
        staff_user_id -> Nullable<BigInt>,
        kind -> Text,
        before_state -> Nullable<Text>,
        after_state -> Nullable<Text>,
        reason -> Nullable<Text>,
        broke -> Nullable<Text>,
    }
}

diesel::table! {
    ledger_entries (id) {
        id -> BigInt,
        client_id -> BigInt,
        booking_id -> Nullable<BigInt>,
        kind -> Text,
        amount_minor -> BigInt,
        currency -> Text,
        method -> Nullable<Text>,
        occurred_at -> Timestamp,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
        note -> Text,
        tax_minor -> BigInt,
        tax_basis_points -> Integer,
        discount_minor -> BigInt,
        item -> Text,
        reverses_id -> Nullable<BigInt>,
        location_id -> Nullable<BigInt>,
        once_key -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (scope, idempotency_key) {
        scope -> Text,
        idempotency_key -> Text,
        body_hash -> Text,
        status -> Integer,
        response -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        natural_key -> Text,
        kind -> Text,
        purpose -> Text,
        channel -> Text,
        booking_id -> Nullable<BigInt>,
        client_id -> Nullable<BigInt>,
        provider_id -> Nullable<BigInt>,
        staff_user_id -> Nullable<BigInt>,
        language -> Text,
        schedule_version -> Integer,
        message_id -> Text,
        due_at -> Timestamp,
        expires_at -> Timestamp,
        state -> Text,
        attempts -> Integer,
        lease_owner -> Nullable<Text>,
        lease_token -> BigInt,
        lease_until -> Nullable<Timestamp>,
        handing_over_at -> Nullable<Timestamp>,
        last_code -> Nullable<Integer>,
        reason -> Nullable<Text>,
        subject_sent -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        dead_at -> Nullable<Timestamp>,
        cancelled_at -> Nullable<Timestamp>,
        skipped_at -> Nullable<Timestamp>,
        series_id -> Nullable<BigInt>,
        waitlist_entry_id -> Nullable<BigInt>,
        waitlist_offer_id -> Nullable<BigInt>,
        client_link_id -> Nullable<BigInt>,
        rule_id -> Nullable<BigInt>,
        audience -> Text,
        about_client_id -> Nullable<BigInt>,
        consent_request_id -> Nullable<BigInt>,
        endpoint_id -> Nullable<BigInt>,
        slot -> Text,
        priority -> Integer,
        merge_key -> Nullable<Text>,
        carried_by -> Nullable<BigInt>,
        address_hash -> Nullable<Text>,
        remote_reference -> Nullable<Text>,
        bounced_at -> Nullable<Timestamp>,
        bounce_status -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
        settled_by -> Nullable<BigInt>,
        recall_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    message_rules (id) {
        id -> BigInt,
        code -> Nullable<Text>,
        name -> Text,
        fires_on -> Text,
        offset_minutes -> Integer,
        at_minute -> Nullable<Integer>,
        audience -> Text,
        channel -> Text,
        endpoint_id -> Nullable<BigInt>,
        template_id -> Nullable<BigInt>,
        purpose -> Text,
        consent -> Nullable<Text>,
        conditions -> Text,
        priority -> Integer,
        active_from -> Nullable<Timestamp>,
        row_version -> BigInt,
        created_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    message_templates (id) {
        id -> BigInt,
        kind -> Text,
        channel -> Text,
        name -> Text,
        created_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
    }
}

diesel::table! {
    message_template_texts (template, language) {
        template -> Text,
        language -> Text,
        subject -> Text,
        body -> Text,
        html -> Nullable<Text>,
        row_version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    message_settings (id) {
        id -> BigInt,
        quiet_from_minute -> Integer,
        quiet_until_minute -> Integer,
        quiet_sundays -> Bool,
        marketing_per_week -> Integer,
        transactional_per_week -> Integer,
        late_grace_minutes -> Integer,
        mass_per_day -> Integer,
        rules_version -> BigInt,
        planned_version -> BigInt,
        row_version -> BigInt,
    }
}

diesel::table! {
    message_endpoints (id) {
        id -> BigInt,
        name -> Text,
        url -> Text,
        secret_sealed -> Text,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
        last_ok_at -> Nullable<Timestamp>,
        failing_since -> Nullable<Timestamp>,
        row_version -> BigInt,
        with_contact -> Bool,
        failures -> Integer,
        paused_until -> Nullable<Timestamp>,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sms_gateway (id) {
        id -> BigInt,
        preset -> Text,
        enabled -> Bool,
        sender -> Text,
        url -> Text,
        content_type -> Text,
        headers_sealed -> Text,
        body -> Text,
        success_pointer -> Text,
        success_value -> Text,
        reference_pointer -> Text,
        row_version -> BigInt,
        country_code -> Text,
    }
}

diesel::table! {
    consent_requests (id) {
        id -> BigInt,
        client_id -> BigInt,
        email_key -> Text,
        purposes -> Text,
        language -> Text,
        wording -> Text,
        wording_version -> Integer,
        origin -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    suppressions (channel, address_hash, purpose) {
        channel -> Text,
        address_hash -> Text,
        purpose -> Text,
        origin -> Text,
        message_id -> Nullable<BigInt>,
        at -> Timestamp,
        lifted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_tags (client_id, tag) {
        client_id -> BigInt,
        tag -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    calendar_feeds (id) {
        id -> BigInt,
        provider_id -> Nullable<BigInt>,
        client_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    message_texts (message_id) {
        message_id -> BigInt,
        subject -> Text,
        body -> Text,
        html -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    message_attempts (id) {
        id -> BigInt,
        message_id -> BigInt,
        at -> Timestamp,
        outcome -> Text,
        code -> Nullable<Integer>,
        detail -> Text,
        took_ms -> Nullable<Integer>,
    }
}

diesel::table! {
    job_runs (name, scheduled_for) {
        name -> Text,
        scheduled_for -> Timestamp,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    staff_users (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> Text,
        provider_id -> Nullable<BigInt>,
        password_hash -> Nullable<Text>,
        language -> Text,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
        row_version -> BigInt,
        totp_sealed -> Nullable<Text>,
        totp_confirmed_at -> Nullable<Timestamp>,
        totp_last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    staff_sessions (token_hash) {
        token_hash -> Text,
        staff_user_id -> BigInt,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        number -> Nullable<BigInt>,
        address -> Nullable<Text>,
        agent -> Nullable<Text>,
    }
}

diesel::table! {
    staff_links (token_hash) {
        token_hash -> Text,
        staff_user_id -> BigInt,
        purpose -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    login_failures (id) {
        id -> BigInt,
        subject -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        at -> Timestamp,
        staff_user_id -> Nullable<BigInt>,
        action -> Text,
        object_kind -> Text,
        object_id -> Nullable<BigInt>,
        detail -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    series (id) {
        id -> BigInt,
        reference -> Text,
        client_id -> BigInt,
        service_id -> BigInt,
        provider_id -> Nullable<BigInt>,
        location_id -> BigInt,
        party -> Integer,
        rule -> Text,
        zone -> Text,
        local_start -> Timestamp,
        open_ended -> Bool,
        extended_to -> Date,
        language -> Text,
        note -> Text,
        source -> Nullable<Text>,
        schedule_version -> Integer,
        link_generation -> Integer,
        row_version -> BigInt,
        created_at -> Timestamp,
        created_by -> Text,
        staff_user_id -> Nullable<BigInt>,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
        continued_by_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    series_exceptions (series_id, slot) {
        series_id -> BigInt,
        slot -> Timestamp,
        kind -> Text,
        why -> Nullable<Text>,
        created_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        settled_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    cancellation_reasons (id) {
        id -> BigInt,
        code -> Text,
        asked_of -> Text,
        position -> Integer,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    cancellation_reason_texts (reason_id, language) {
        reason_id -> BigInt,
        language -> Text,
        text -> Text,
    }
}

diesel::table! {
    waitlist_entries (id) {
        id -> BigInt,
        client_id -> BigInt,
        service_id -> BigInt,
        provider_id -> Nullable<BigInt>,
        location_id -> Nullable<BigInt>,
        party -> Integer,
        first_day -> Date,
        last_day -> Date,
        weekdays -> Integer,
        from_minute -> Integer,
        until_minute -> Integer,
        short_notice -> Bool,
        status -> Text,
        position -> Integer,
        skipped_until -> Nullable<Timestamp>,
        booking_id -> Nullable<BigInt>,
        language -> Text,
        note -> Text,
        source -> Nullable<Text>,
        link_generation -> Integer,
        row_version -> BigInt,
        created_at -> Timestamp,
        created_by -> Text,
        staff_user_id -> Nullable<BigInt>,
        ended_at -> Nullable<Timestamp>,
        unanswered -> Integer,
    }
}

diesel::table! {
    waitlist_offers (id) {
        id -> BigInt,
        entry_id -> BigInt,
        hold_id -> BigInt,
        provider_id -> BigInt,
        location_id -> BigInt,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        status -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        booking_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    client_links (id) {
        id -> BigInt,
        token_hash -> Text,
        email_key -> Text,
        language -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_sessions (token_hash) {
        token_hash -> Text,
        email_key -> Text,
        client_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        client_id -> BigInt,
        purpose -> Text,
        channel -> Text,
        granted -> Bool,
        wording -> Text,
        wording_version -> Integer,
        origin -> Text,
        at -> Timestamp,
        staff_user_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        token_hash -> Text,
        name -> Text,
        scope -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    blocks (id) {
        id -> BigInt,
        location_id -> BigInt,
        provider_id -> Nullable<BigInt>,
        room_id -> Nullable<BigInt>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        local_start -> Timestamp,
        zone -> Text,
        zone_version -> Text,
        reason -> Text,
        created_at -> Timestamp,
        created_by -> BigInt,
        removed_at -> Nullable<Timestamp>,
        removed_by -> Nullable<BigInt>,
        row_version -> BigInt,
    }
}

diesel::table! {
    service_prices (service_id, valid_from) {
        service_id -> BigInt,
        valid_from -> Date,
        price_minor -> BigInt,
        tax_basis_points -> Integer,
    }
}

diesel::table! {
    receipts (id) {
        id -> BigInt,
        number -> BigInt,
        client_id -> BigInt,
        booking_id -> Nullable<BigInt>,
        issued_at -> Timestamp,
        issued_by -> Nullable<BigInt>,
        currency -> Text,
        total_minor -> BigInt,
        tax_minor -> BigInt,
        lines -> Text,
    }
}

diesel::table! {
    day_closings (id) {
        id -> BigInt,
        location_id -> BigInt,
        local_day -> Date,
        closed_at -> Timestamp,
        closed_by -> BigInt,
        currency -> Text,
        sums -> Text,
        expected_cash_minor -> BigInt,
        counted_cash_minor -> Nullable<BigInt>,
        note -> Text,
    }
}

diesel::table! {
    contact_attempts (id) {
        id -> BigInt,
        client_id -> BigInt,
        booking_id -> Nullable<BigInt>,
        worklist -> Text,
        outcome -> Text,
        note -> Text,
        at -> Timestamp,
        staff_user_id -> BigInt,
    }
}

diesel::table! {
    worklist_snoozes (worklist, object_id) {
        worklist -> Text,
        object_id -> BigInt,
        until -> Nullable<Timestamp>,
        at -> Timestamp,
        staff_user_id -> BigInt,
    }
}

diesel::table! {
    client_notes (id) {
        id -> BigInt,
        client_id -> BigInt,
        kind -> Text,
        text -> Text,
        at -> Timestamp,
        staff_user_id -> BigInt,
        archived_at -> Nullable<Timestamp>,
        archived_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    client_changes (id) {
        id -> BigInt,
        client_id -> BigInt,
        at -> Timestamp,
        actor -> Text,
        staff_user_id -> Nullable<BigInt>,
        field -> Text,
        before_value -> Nullable<Text>,
        after_value -> Nullable<Text>,
    }
}

diesel::table! {
    client_merges (id) {
        id -> BigInt,
        kept_id -> BigInt,
        merged_id -> BigInt,
        at -> Timestamp,
        staff_user_id -> BigInt,
        moved -> Text,
    }
}

diesel::table! {
    client_views (id) {
        id -> BigInt,
        at -> Timestamp,
        staff_user_id -> BigInt,
        client_id -> BigInt,
        what -> Text,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    staff_recovery_codes (staff_user_id, code_hash) {
        staff_user_id -> BigInt,
        code_hash -> Text,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    staff_challenges (token_hash) {
        token_hash -> Text,
        staff_user_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        failures -> Integer,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    images (name) {
        name -> Text,
        media_type -> Text,
        width -> Integer,
        height -> Integer,
        base64 -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    legal_texts (kind, language) {
        kind -> Text,
        language -> Text,
        body -> Text,
        updated_at -> Timestamp,
        updated_by -> Nullable<BigInt>,
        row_version -> BigInt,
    }
}

diesel::table! {
    recall_types (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        every -> Nullable<Text>,
        book_service_id -> BigInt,
        required -> Bool,
        position -> Integer,
        archived_at -> Nullable<Timestamp>,
        row_version -> BigInt,
        reminders_max -> Integer,
    }
}

diesel::table! {
    recall_triggers (recall_type_id, service_id) {
        recall_type_id -> BigInt,
        service_id -> BigInt,
    }
}

diesel::table! {
    recalls (id) {
        id -> BigInt,
        client_id -> BigInt,
        recall_type_id -> BigInt,
        last_day -> Nullable<Date>,
        computed_due -> Nullable<Date>,
        manual_due -> Nullable<Date>,
        due_day -> Nullable<Date>,
        every -> Nullable<Text>,
        paused_until -> Nullable<Date>,
        disabled_at -> Nullable<Timestamp>,
        disabled_reason -> Nullable<Text>,
        cycle -> Integer,
        link_generation -> Integer,
        row_version -> BigInt,
        created_at -> Timestamp,
        manual_since -> Nullable<Date>,
        disabled_note -> Nullable<Text>,
    }
}

diesel::table! {
    client_figures (client_id, recall_type_id) {
        client_id -> BigInt,
        recall_type_id -> BigInt,
        visits -> Integer,
        first_day -> Date,
        last_day -> Date,
        median_gap_days -> Nullable<Double>,
        log_gap_sum -> Double,
        revenue_minor -> BigInt,
        first_service_id -> BigInt,
        first_provider_id -> BigInt,
        last_service_id -> BigInt,
        last_provider_id -> BigInt,
        last_location_id -> BigInt,
    }
}

diesel::table! {
    client_states (client_id) {
        client_id -> BigInt,
        state -> Text,
        month_state -> Nullable<Text>,
        since -> Date,
        value_minor -> BigInt,
        at_risk_minor -> BigInt,
        as_of -> Date,
    }
}

diesel::table! {
    fitted_models (id) {
        id -> BigInt,
        scope -> BigInt,
        model -> Text,
        parameters -> Text,
        log_likelihood -> Nullable<Double>,
        clients -> BigInt,
        fingerprint -> Text,
        reason -> Text,
        backtest -> Nullable<Text>,
        fitted_at -> Timestamp,
    }
}

diesel::table! {
    client_scores (client_id, scope) {
        client_id -> BigInt,
        scope -> BigInt,
        alive -> Double,
        visits_12 -> Double,
        visits_36 -> Double,
        value_12_minor -> BigInt,
        value_12_low_minor -> BigInt,
        value_12_high_minor -> BigInt,
        value_36_minor -> BigInt,
        value_36_low_minor -> BigInt,
        value_36_high_minor -> BigInt,
        next_early -> Nullable<Date>,
        next_middle -> Nullable<Date>,
        next_late -> Nullable<Date>,
        as_of -> Date,
    }
}

diesel::table! {
    figures_runs (id) {
        id -> BigInt,
        version -> BigInt,
        as_of -> Nullable<Date>,
        kinds -> Text,
        renewed_at -> Nullable<Timestamp>,
        took_millis -> BigInt,
        claimed_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    segments (id) {
        id -> BigInt,
        name -> Text,
        conditions -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
        row_version -> BigInt,
    }
}

diesel::table! {
    retention_snapshots (name) {
        name -> Text,
        as_of -> Date,
        made_at -> Timestamp,
        version -> BigInt,
        content -> Text,
    }
}

diesel::table! {
    keeping_costs (month) {
        month -> Date,
        amount_minor -> BigInt,
        currency -> Text,
    }
}

diesel::table! {
    import_keys (kind, source, key_digest) {
        kind -> Text,
        source -> Text,
        key_digest -> Text,
        content_digest -> Text,
        local_id -> BigInt,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    acquisition_cost_changes (id) {
        id -> BigInt,
        source -> Text,
        month -> Date,
        before_minor -> Nullable<BigInt>,
        after_minor -> Nullable<BigInt>,
        at -> Timestamp,
        staff_user_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    owner_digests (staff_user_id, month) {
        staff_user_id -> BigInt,
        month -> Date,
        planned_at -> Timestamp,
    }
}

diesel::table! {
    digest_refusals (staff_user_id) {
        staff_user_id -> BigInt,
        refused_at -> Timestamp,
    }
}

diesel::joinable!(closures -> locations (location_id));
diesel::joinable!(rooms -> locations (location_id));
diesel::joinable!(weekly_hours -> providers (provider_id));
diesel::joinable!(weekly_hours -> locations (location_id));
diesel::joinable!(hour_exceptions -> providers (provider_id));
diesel::joinable!(hour_exceptions -> locations (location_id));
diesel::joinable!(time_off -> providers (provider_id));
diesel::joinable!(service_providers -> services (service_id));
diesel::joinable!(service_providers -> providers (provider_id));
diesel::joinable!(clients -> households (household_id));
diesel::joinable!(client_words -> clients (client_id));
diesel::joinable!(appointments -> locations (location_id));
diesel::joinable!(appointments -> services (service_id));
diesel::joinable!(appointments -> providers (provider_id));
diesel::joinable!(appointments -> rooms (room_id));
diesel::joinable!(occupations -> appointments (appointment_id));
diesel::joinable!(holds -> appointments (appointment_id));
diesel::joinable!(bookings -> appointments (appointment_id));
diesel::joinable!(bookings -> clients (client_id));
diesel::joinable!(seats -> appointments (appointment_id));
diesel::joinable!(seats -> bookings (booking_id));
diesel::joinable!(seats -> holds (hold_id));
diesel::joinable!(booking_events -> bookings (booking_id));
diesel::joinable!(ledger_entries -> clients (client_id));
diesel::joinable!(ledger_entries -> bookings (booking_id));
diesel::joinable!(messages -> bookings (booking_id));
diesel::joinable!(messages -> clients (client_id));
diesel::joinable!(messages -> providers (provider_id));
diesel::joinable!(staff_users -> providers (provider_id));
diesel::joinable!(staff_sessions -> staff_users (staff_user_id));
diesel::joinable!(staff_links -> staff_users (staff_user_id));
diesel::joinable!(bookings -> series (series_id));
diesel::joinable!(series -> clients (client_id));
diesel::joinable!(series -> services (service_id));
diesel::joinable!(series -> locations (location_id));
diesel::joinable!(series_exceptions -> series (series_id));
diesel::joinable!(cancellation_reason_texts -> cancellation_reasons (reason_id));
diesel::joinable!(waitlist_entries -> clients (client_id));
diesel::joinable!(waitlist_entries -> services (service_id));
diesel::joinable!(waitlist_offers -> waitlist_entries (entry_id));
diesel::joinable!(waitlist_offers -> holds (hold_id));
diesel::joinable!(waitlist_offers -> locations (location_id));
diesel::joinable!(waitlist_offers -> providers (provider_id));
diesel::joinable!(client_sessions -> clients (client_id));
diesel::joinable!(consents -> clients (client_id));
diesel::joinable!(messages -> series (series_id));
diesel::joinable!(messages -> waitlist_entries (waitlist_entry_id));
diesel::joinable!(messages -> waitlist_offers (waitlist_offer_id));
diesel::joinable!(messages -> client_links (client_link_id));
diesel::joinable!(messages -> message_rules (rule_id));
diesel::joinable!(messages -> message_endpoints (endpoint_id));
diesel::joinable!(messages -> consent_requests (consent_request_id));
diesel::joinable!(message_texts -> messages (message_id));
diesel::joinable!(message_attempts -> messages (message_id));
diesel::joinable!(client_tags -> clients (client_id));
diesel::joinable!(consent_requests -> clients (client_id));
diesel::joinable!(blocks -> locations (location_id));
diesel::joinable!(blocks -> providers (provider_id));
diesel::joinable!(blocks -> rooms (room_id));
diesel::joinable!(occupations -> blocks (block_id));
diesel::joinable!(service_prices -> services (service_id));
diesel::joinable!(receipts -> clients (client_id));
diesel::joinable!(receipts -> bookings (booking_id));
diesel::joinable!(day_closings -> locations (location_id));
diesel::joinable!(contact_attempts -> clients (client_id));
diesel::joinable!(contact_attempts -> bookings (booking_id));
diesel::joinable!(contact_attempts -> staff_users (staff_user_id));
diesel::joinable!(client_notes -> clients (client_id));
diesel::joinable!(client_changes -> clients (client_id));
diesel::joinable!(client_views -> clients (client_id));
diesel::joinable!(client_views -> staff_users (staff_user_id));
diesel::joinable!(staff_recovery_codes -> staff_users (staff_user_id));
diesel::joinable!(staff_challenges -> staff_users (staff_user_id));
diesel::joinable!(recalls -> clients (client_id));
diesel::joinable!(recalls -> recall_types (recall_type_id));
diesel::joinable!(recall_triggers -> recall_types (recall_type_id));
diesel::joinable!(recall_triggers -> services (service_id));
diesel::joinable!(recall_types -> services (book_service_id));
diesel::joinable!(client_figures -> clients (client_id));
diesel::joinable!(client_states -> clients (client_id));
diesel::joinable!(client_scores -> clients (client_id));

diesel::allow_tables_to_appear_in_same_query!(
    clinic,
    instance_keys,
    change_counters,
    calendar_changes,
    locations,
    closures,
    rooms,
    providers,
    weekly_hours,
    hour_exceptions,
    time_off,
    services,
    service_providers,
    households,
    clients,
    client_words,
    possible_duplicates,
    acquisition_costs,
    appointments,
    occupations,
    holds,
    bookings,
    seats,
    booking_events,
    ledger_entries,
    idempotency_keys,
    messages,
    job_runs,
    staff_users,
    staff_sessions,
    staff_links,
    login_failures,
    audit_events,
    series,
    series_exceptions,
    cancellation_reasons,
    cancellation_reason_texts,
    waitlist_entries,
    waitlist_offers,
    client_links,
    client_sessions,
    consents,
    api_tokens,
    message_rules,
    message_templates,
    message_template_texts,
    message_settings,
    message_endpoints,
    sms_gateway,
    consent_requests,
    suppressions,
    client_tags,
    calendar_feeds,
    message_texts,
    message_attempts,
    blocks,
    service_prices,
    receipts,
    day_closings,
    contact_attempts,
    owner_digests,
    digest_refusals,
    worklist_snoozes,
    client_notes,
    client_changes,
    client_merges,
    client_views,
    staff_recovery_codes,
    staff_challenges,
    images,
    legal_texts,
    recall_types,
    recall_triggers,
    recalls,
    client_figures,
    client_states,
    fitted_models,
    client_scores,
    figures_runs,
    segments,
    retention_snapshots,
    keeping_costs,
    import_keys,
    acquisition_cost_changes,
);
