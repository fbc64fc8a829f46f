//! The fifth step: whether mail leaves. The test is a message like any other, so what became of it can be seen.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Answer, Frame, StepLink, frame, place};
use crate::accounts::{self, AuditAction, ObjectKind};
use crate::app::App;
use crate::catalog::SetupStep;
use crate::config::MailUrl;
use crate::db::{Bad, Never, Tx};
use crate::domain::ids::MessageId;
use crate::domain::messages::MessageState;
use crate::i18n::Texts;
use crate::messaging;
use crate::messaging::web::{reason_text, state_text};
use crate::web::auth::{Manager, see_other};
use crate::web::form::Form;
use crate::web::page::{self, Page};

/// What became of the test.
struct Tried {
    state: String,
    reason: String,
    /// What the mail server said, the newest last.
    answers: Vec<String>,
    tone: &'static str,
    is_settled: bool,
    again: String,
    message: String,
}

#[derive(Template)]
#[template(path = "setup/mail.html")]
struct MailPage {
    page: Page,
    steps: Vec<StepLink>,
    progress: String,
    base: String,
    transport: String,
    from: String,
    to: String,
    tried: Option<Tried>,
}

fn transport_text(t: Texts, url: &MailUrl) -> String {
    match url {
        MailUrl::Smtp(server) => {
            t.with("setup-mail-smtp", &[("host", &server.host), ("port", &i64::from(server.port))])
        }
        MailUrl::Directory(_) => t.text("setup-mail-directory"),
        MailUrl::Memory => t.text("setup-mail-memory"),
    }
}

pub(super) async fn show(app: &Arc<App>, who: &Manager, request: &HttpRequest) -> Answer {
    let asked = Form::parse(request.query_string());
    let tried = match asked.value("test").parse::<MessageId>() {
        Ok(id) => tried(app, who.t, id).await?,
        Err(_) => None,
    };
    let Frame { page, steps, progress, base } = frame(who, request, SetupStep::Mail);
    let mail = &app.settings.mail;
    let shown = MailPage {
        transport: transport_text(who.t, &mail.url),
        from: mail.from_address.clone(),
        to: who.user.email.clone(),
        page,
        steps,
        progress,
        base,
        tried,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

async fn tried(app: &Arc<App>, t: Texts, id: MessageId) -> Result<Option<Tried>, crate::db::Fault> {
    let read = app.db.read(move |conn| Ok((messaging::message_view(conn, id)?, messaging::attempts_of(conn, id)?)));
    let (Some(view), attempts) = read.await? else { return Ok(None) };
    let line = view.line.line;
    Ok(Some(Tried {
        state: state_text(t, line.state),
        reason: reason_text(t, line.state, line.reason.as_deref()),
        answers: attempts.into_iter().map(|attempt| attempt.detail).filter(|detail| !detail.is_empty()).collect(),
        tone: match line.state {
            MessageState::Sent => "success",
            MessageState::Pending | MessageState::Leased => "info",
            MessageState::Retry | MessageState::Uncertain => "warn",
            MessageState::Dead | MessageState::Cancelled | MessageState::Skipped => "error",
        },
        is_settled: line.state.is_final(),
        again: format!("{}?test={id}", place(SetupStep::Mail)),
        message: format!("/staff/messages/{id}"),
    }))
}

/// Sends a test to whoever asks for it.
pub(super) async fn send(app: &Arc<App>, who: &Manager, _form: Form) -> Answer {
    let (by, to, language) = (who.by(), who.user.id, who.t.language());
    let subject = who.t.with("setup-mail-subject", &[("clinic", &who.catalog.clinic.name)]);
    let text = who.t.text("setup-mail-text");
    let write = move |tx: &mut Tx<'_>| -> Result<MessageId, Bad<Never>> {
        let id = messaging::plan_mail_test(tx, to, language, (subject.as_str(), text.as_str()))?;
        accounts::record(tx, AuditAction::MailTested, by, ObjectKind::Message, id.get())?;
        Ok(id)
    };
    let id = app.db.write(app.clock.now(), write).await?;
    app.bell.notify_one();
    Ok(see_other(&format!("{}?test={id}", place(SetupStep::Mail))))
}
