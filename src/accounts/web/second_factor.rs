//! One's own second factor: set up, new recovery codes, turned off.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use askama::filters::HtmlSafe;
use qrcode::QrCode;
use qrcode::render::svg;

use super::{Answer, counted_address, failure_limits};
use crate::accounts::second_factor::{RECOVERY_CODE_BYTES, RECOVERY_CODES, SECRET_BYTES, recovery_code, recovery_hash};
use crate::accounts::{
    self, CodeOutcome, FactorDeed, FactorRefused, FactorSecret, FactorState, Tries, TypedCode, password,
};
use crate::app::App;
use crate::chance;
use crate::db::{Bad, Fault};
use crate::web::auth::{Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const PLACE: &str = "/staff/me/second-factor";
/// What the secret is sealed for.
const SEALED_FOR: &str = "second factor";
/// The picture, in pixels.
const PICTURE_SIZE: u32 = 220;

/// Markup of the picture: rectangles and nothing that anybody typed.
struct Picture(String);

impl std::fmt::Display for Picture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl HtmlSafe for Picture {}

#[derive(Template)]
#[template(path = "accounts/second_factor.html")]
struct FactorPage {
    page: Page,
    form: Form,
    is_on: bool,
    since: String,
    codes_left: i64,
    must: bool,
    /// While it is being set up.
    picture: Option<Picture>,
    secret: String,
}

#[derive(Template)]
#[template(path = "accounts/recovery_codes.html")]
struct CodesPage {
    page: Page,
    codes: Vec<String>,
    all: String,
}

/// Opens a secret that was sealed here.
pub(super) fn unsealed(app: &App, sealed: &str) -> Option<FactorSecret> {
    FactorSecret::parse(app.keys.unseal(SEALED_FOR, sealed)?.reveal())
}

/// Where one stands with the second factor.
pub async fn factor_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let said = Form::parse(request.query_string());
    let page = staff.page(&request, Nav::None, staff.t.text("team-factor-title"));
    let page = match said.value("done") {
        "off" => page.saying(Tone::Success, staff.t.text("team-factor-off-done")),
        _ => page,
    };
    show(&app.0, &staff, page, StatusCode::OK, Form::new()).await
}

async fn show(app: &Arc<App>, staff: &Staff, page: Page, status: StatusCode, form: Form) -> Answer {
    let user = staff.user.id;
    let state = app.db.read(move |conn| accounts::factor_state(conn, user)).await?;
    let mut shown = FactorPage {
        page,
        form: form.filled("code", "").filled("password", ""),
        is_on: false,
        since: String::new(),
        codes_left: 0,
        must: staff.must_set_up_factor(),
        picture: None,
        secret: String::new(),
    };
    match state {
        FactorState::Off => {}
        FactorState::Begun { sealed } => {
            let secret = unsealed(app, &sealed).ok_or_else(|| Fault::other("a second factor cannot be unsealed"))?;
            let address = secret.address(&staff.catalog.clinic.name, &staff.user.email);
            shown.picture = picture_of(&address);
            shown.secret = in_groups(&secret.text());
        }
        FactorState::On { since, codes_left } => {
            shown.is_on = true;
            shown.since = staff.t.moment(since, super::zone_of(&staff.catalog));
            shown.codes_left = codes_left;
        }
    }
    let mut answer = page::html(status, &shown);
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}

fn picture_of(address: &str) -> Option<Picture> {
    let code = QrCode::new(address.as_bytes()).ok()?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(PICTURE_SIZE, PICTURE_SIZE).build();
    let start = drawn.find("<svg")?;
    Some(Picture(drawn.get(start..)?.to_owned()))
}

/// Four letters at a time are read and typed with less mistakes.
fn in_groups(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// Makes a secret and shows it.
pub async fn begin_factor(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let mut drawn = [0; SECRET_BYTES];
    chance::fill(&mut drawn);
    let secret = FactorSecret::new(drawn);
    let sealed = app.keys.seal(SEALED_FOR, &secret.text()).ok_or_else(|| Fault::other("a secret cannot be sealed"))?;
    let user = staff.user.id;
    match app.db.write(app.clock.now(), move |tx| accounts::begin_factor(tx, user, &sealed)).await {
        Ok(()) | Err(Bad::Refused(_)) => Ok(see_other(PLACE)),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Takes the first code: from now on signing in asks for one.
pub async fn confirm_factor(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let form = staff.form(&app.0, &body)?;
    let codes = fresh_codes();
    let deed = FactorDeed::Confirm(codes.iter().map(|code| recovery_hash(code)).collect());
    match change(&app.0, &staff, &request, form, deed).await? {
        Changed::Done => Ok(show_codes(&staff, &request, staff.t.text("team-factor-on-done"), codes)),
        Changed::Not(answer) => Ok(answer),
    }
}

/// Makes new recovery codes; the old ones are worth nothing from now on.
pub async fn new_codes(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let form = staff.form(&app.0, &body)?;
    let codes = fresh_codes();
    let deed = FactorDeed::NewCodes(codes.iter().map(|code| recovery_hash(code)).collect());
    match change(&app.0, &staff, &request, form, deed).await? {
        Changed::Done => Ok(show_codes(&staff, &request, staff.t.text("team-codes-done"), codes)),
        Changed::Not(answer) => Ok(answer),
    }
}

/// Turns the second factor off, with the password and a code.
pub async fn turn_factor_off(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let mut form = staff.form(&app.0, &body)?;
    let user = staff.user.id;
    let kept = app.0.db.read(move |conn| accounts::kept_password(conn, user)).await?;
    if !password::verify(form.value("password").to_owned(), kept).await? {
        form.fail("password", staff.t.text("accounts-password-old-wrong"));
        let page = staff.page(&request, Nav::None, staff.t.text("team-factor-title"));
        return show(&app.0, &staff, page, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    match change(&app.0, &staff, &request, form, FactorDeed::TurnOff).await? {
        Changed::Done => Ok(see_other("/staff/me/second-factor?done=off")),
        Changed::Not(answer) => Ok(answer),
    }
}

/// Whether the deed was done, or what is answered instead.
enum Changed {
    Done,
    Not(HttpResponse),
}

async fn change(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    mut form: Form,
    deed: FactorDeed,
) -> Result<Changed, Problem> {
    let code = TypedCode::parse(form.value("code"));
    let tries = Tries::new(&staff.user.email, &counted_address(app, request), failure_limits(app));
    let (user, session, by, shared) = (staff.user.id, staff.session.clone(), staff.by(), Arc::clone(app));
    let changed = app.db.write(app.clock.now(), move |tx| {
        let unseal = |sealed: &str| unsealed(&shared, sealed);
        accounts::change_factor(tx, (user, &session), &code, &deed, (by, &tries), &unseal)
    });
    let status = match changed.await {
        Ok(CodeOutcome::Right) => return Ok(Changed::Done),
        Ok(CodeOutcome::Wrong) => {
            form.fail("code", staff.t.text("team-code-wrong"));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Ok(CodeOutcome::TooMany { wait_minutes }) => {
            form.fail("code", staff.t.with("accounts-too-many", &[("minutes", &wait_minutes)]));
            StatusCode::TOO_MANY_REQUESTS
        }
        Err(Bad::Refused(FactorRefused::AlreadyOn | FactorRefused::NotOn)) => {
            return Ok(Changed::Not(see_other(PLACE)));
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    };
    let page = staff.page(request, Nav::None, staff.t.text("team-factor-title"));
    Ok(Changed::Not(show(app, staff, page, status, form).await?))
}

fn fresh_codes() -> Vec<String> {
    let code = |_number| {
        let mut drawn = [0; RECOVERY_CODE_BYTES];
        chance::fill(&mut drawn);
        recovery_code(drawn)
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// The only time the codes are shown.
fn show_codes(staff: &Staff, request: &HttpRequest, done: String, codes: Vec<String>) -> HttpResponse {
    let page = staff.page(request, Nav::None, staff.t.text("team-codes-title")).saying(Tone::Success, done);
    let all = codes.join("\n");
    let mut answer = page::html(StatusCode::OK, &CodesPage { page, codes, all });
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}
