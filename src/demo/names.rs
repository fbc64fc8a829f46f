//! First and last names of the people of Los Angeles, in lists written for this demo.

/// Where a family's names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heritage {
    Hispanic,
    Anglo,
    Chinese,
    Korean,
    Japanese,
    Filipino,
    SouthAsian,
    Persian,
    Armenian,
    German,
}

/// How often each is met, of a hundred and some.
pub(crate) const SHARES: &[(Heritage, i64)] = &[
    (Heritage::Hispanic, 32),
    (Heritage::Anglo, 28),
    (Heritage::Chinese, 7),
    (Heritage::Korean, 6),
    (Heritage::Japanese, 4),
    (Heritage::Filipino, 8),
    (Heritage::SouthAsian, 7),
    (Heritage::Persian, 6),
    (Heritage::Armenian, 4),
    (Heritage::German, 6),
];

/// The lists of one heritage.
pub(crate) struct Names {
    pub(crate) women: &'static [&'static str],
    pub(crate) men: &'static [&'static str],
    pub(crate) families: &'static [&'static str],
}

impl Heritage {
    /// The names of this heritage.
    pub(crate) const fn names(self) -> &'static Names {
        match self {
            Self::Hispanic => &HISPANIC,
            Self::Anglo => &ANGLO,
            Self::Chinese => &CHINESE,
            Self::Korean => &KOREAN,
            Self::Japanese => &JAPANESE,
            Self::Filipino => &FILIPINO,
            Self::SouthAsian => &SOUTH_ASIAN,
            Self::Persian => &PERSIAN,
            Self::Armenian => &ARMENIAN,
            Self::German => &GERMAN,
        }
    }
}

static HISPANIC: Names = Names {
    women: &[
        "María", "Sofía", "Valentina", "Camila", "Lucía", "Gabriela", "Daniela", "Isabel", "Carmen", "Rosa", "Alejandra", "Paola",
        "Ximena", "Guadalupe", "Adriana", "Mónica", "Leticia", "Yesenia", "Natalia", "Esperanza", "Fernanda", "Verónica",
    ],
    men: &[
        "José", "Luis", "Carlos", "Miguel", "Juan", "Diego", "Mateo", "Javier", "Andrés", "Fernando", "Ricardo", "Eduardo",
        "Rafael", "Sebastián", "Héctor", "Ramón", "Óscar", "Arturo", "Iván", "Emilio", "Joaquín", "César",
    ],
    families: &[
        "García", "Hernández", "López", "Martínez", "González", "Rodríguez", "Pérez", "Sánchez", "Ramírez", "Torres", "Flores",
        "Rivera", "Gómez", "Díaz", "Reyes", "Morales", "Ortiz", "Gutiérrez", "Chávez", "Ramos", "Mendoza", "Ruiz", "Vargas",
        "Castillo", "Jiménez", "Romero", "Álvarez", "Moreno", "Muñoz", "Salazar", "Delgado", "Peña", "Navarro", "Cisneros",
        "Ibarra", "Villanueva", "Escobedo", "Zamora", "Olvera", "Bautista",
    ],
};

static ANGLO: Names = Names {
    women: &[
        "Emily", "Olivia", "Hannah", "Grace", "Chloe", "Megan", "Lauren", "Rachel", "Abigail", "Claire", "Brooke", "Naomi",
        "Aaliyah", "Imani", "Jasmine", "Kayla", "Savannah", "Nicole", "Heather", "Denise", "Monique", "Tessa", "Harper", "June",
    ],
    men: &[
        "James", "Michael", "Ethan", "Noah", "Logan", "Caleb", "Tyler", "Marcus", "Andre", "Malik", "Jordan", "Connor", "Owen",
        "Wesley", "Grant", "Dylan", "Isaiah", "Darnell", "Elliott", "Theo", "Russell", "Graham", "Quincy", "Spencer",
    ],
    families: &[
        "Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson", "Anderson", "Taylor", "Thomas", "Moore",
        "Jackson", "Harris", "Clark", "Lewis", "Robinson", "Walker", "Hall", "Young", "King", "Wright", "Scott", "Green", "Baker",
        "Carter", "Mitchell", "Turner", "Parker", "Edwards", "Collins", "Stewart", "Morris", "Bailey", "Coleman", "Brooks",
        "Washington", "Whitfield", "Hayes", "Ellison", "O'Connor", "Sullivan", "Fitzgerald", "Prescott", "Langley", "Booker",
    ],
};

static CHINESE: Names = Names {
    women: &["Mei", "Xin", "Li", "Yan", "Jing", "Hui", "Vivian", "Amy", "Christine", "Grace", "Yue", "Lin"],
    men: &["Wei", "Jun", "Ming", "Hao", "Kevin", "Jason", "Eric", "Bo", "Tao", "Raymond", "Alvin", "Chen"],
    families: &["Chen", "Wang", "Li", "Liu", "Zhang", "Huang", "Lin", "Wu", "Zhou", "Zhao", "Lau", "Cheung", "Tsai", "Hsu", "Fong", "Leung"],
};

static KOREAN: Names = Names {
    women: &["Ji-woo", "Seo-yeon", "Min-ji", "Hye-jin", "Eun-ji", "Soo-jin", "Esther", "Hannah", "Yuna", "Da-eun"],
    men: &["Min-jun", "Seo-jun", "Ji-ho", "Joon", "Daniel", "David", "Sung-min", "Hyun-woo", "Tae-yang", "Paul"],
    families: &["Kim", "Lee", "Park", "Choi", "Jung", "Kang", "Cho", "Yoon", "Jang", "Lim", "Han", "Shin", "Seo", "Kwon"],
};

static JAPANESE: Names = Names {
    women: &["Yuki", "Akiko", "Naomi", "Emi", "Haruka", "Keiko", "Sakura", "Mariko", "Aya", "Rina"],
    men: &["Kenji", "Hiroshi", "Takashi", "Daisuke", "Ken", "Ryo", "Haruto", "Shota", "Makoto", "Satoshi"],
    families: &["Tanaka", "Sato", "Suzuki", "Watanabe", "Yamamoto", "Nakamura", "Kobayashi", "Kato", "Yoshida", "Ishikawa", "Fujita", "Mori"],
};

static FILIPINO: Names = Names {
    women: &["Maricel", "Jocelyn", "Analyn", "Cristina", "Rowena", "Angelica", "Liza", "Marisol", "Divina", "Lourdes", "Tala", "Ligaya"],
    men: &["Jericho", "Rodel", "Arnel", "Christian", "Jomar", "Dennis", "Rommel", "Paolo", "Benjie", "Gilbert", "Datu", "Nestor"],
    families: &["Santos", "Reyes", "Cruz", "Bautista", "Ocampo", "dela Cruz", "Aquino", "Villanueva", "Manalo", "Dizon", "Pangilinan", "Magsaysay", "Lacson", "Tolentino"],
};

static SOUTH_ASIAN: Names = Names {
    women: &["Priya", "Anjali", "Sunita", "Deepa", "Kavita", "Neha", "Meera", "Lakshmi", "Ayesha", "Fatima", "Nisha", "Radhika"],
    men: &["Arjun", "Rahul", "Vikram", "Sanjay", "Amit", "Rohan", "Karthik", "Imran", "Suresh", "Nikhil", "Harpreet", "Dev"],
    families: &["Patel", "Sharma", "Singh", "Gupta", "Reddy", "Iyer", "Khan", "Mehta", "Nair", "Rao", "Desai", "Chowdhury", "Kaur", "Malhotra", "Ahmed", "Krishnan"],
};

static PERSIAN: Names = Names {
    women: &["Leila", "Shirin", "Parisa", "Nasrin", "Mahsa", "Roya", "Azadeh", "Yasmin", "Mina", "Golnaz", "Setareh", "Farah"],
    men: &["Dariush", "Reza", "Kamran", "Babak", "Arash", "Farhad", "Siavash", "Amir", "Bijan", "Kaveh", "Omid", "Navid"],
    families: &["Tehrani", "Hosseini", "Karimi", "Moradi", "Ahmadi", "Rahimi", "Farahani", "Shirazi", "Ebrahimi", "Sadeghi", "Jafari", "Pahlavan", "Mokri", "Yazdi"],
};

static ARMENIAN: Names = Names {
    women: &["Ani", "Nare", "Lusine", "Anahit", "Talin", "Siranush", "Mariam", "Karine"],
    men: &["Aram", "Hayk", "Tigran", "Vahe", "Armen", "Narek", "Raffi", "Levon"],
    families: &["Petrosyan", "Sargsyan", "Hakobyan", "Grigoryan", "Avetisyan", "Manukyan", "Boyajian", "Keshishian", "Terzian", "Nazarian"],
};

static GERMAN: Names = Names {
    women: &["Anna", "Katharina", "Ursula", "Sabine", "Jule", "Heike", "Greta", "Frieda", "Birgit", "Antje", "Käthe", "Lena"],
    men: &["Jürgen", "Lukas", "Stefan", "Uwe", "Jörg", "Felix", "Moritz", "Karl", "Günther", "Jonas", "Sören", "Matthias"],
    families: &[
        "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Wagner", "Becker", "Schäfer", "Köhler", "Groß", "Hoffmann", "Krüger",
        "Vogel", "Brandt", "Lindemann", "Kröger", "Baumgärtner", "Weiß",
    ],
};
